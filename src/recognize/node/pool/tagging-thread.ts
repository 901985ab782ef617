/** A tagging thread: loads a model, says so, and does the work that it is sent. */

import { parentPort, workerData } from 'node:worker_threads'
import { collect } from '../../../base/collect.js'
import { InputError } from '../../../base/errors.js'
import { toPortable } from '../../../base/portable-error.js'
import type { TokenSentence } from '../../../model/inputs/sentence.js'
import type { Recognizer } from '../../recognizer.js'
import { Tagger } from '../../tagger.js'
import { loadTagger } from '../load-tagger.js'
import type { ThreadData, ThreadMessage, Work } from './messages.js'

const { model, threads } = workerData as ThreadData
const post = (message: ThreadMessage): void => parentPort?.postMessage(message)

function outputs(recognizer: Recognizer, { task, inputs }: Work): Promise<readonly unknown[]> {
  switch (task.kind) {
    case 'entities':
      return recognizer.tag(inputs as readonly string[])
    case 'annotate':
      return collect(recognizer.annotate(inputs as readonly string[]))
    case 'readings':
      if (recognizer instanceof Tagger)
        return collect(recognizer.annotateNBest(inputs as readonly string[], task.n))
      throw new InputError('predict/argument', {
        where: 'model',
        expected: 'one that gives several readings of a sentence',
        got: 'another kind of recognizer',
      })
    case 'tokens':
      return recognizer.tagTokens(inputs as readonly TokenSentence[])
    default:
      return task satisfies never
  }
}

try {
  const recognizer = await loadTagger(model, {
    threads,
    onNotice: message => post({ kind: 'notice', message }),
  })
  parentPort?.on('message', async (work: Work) => {
    try {
      post({ kind: 'done', outputs: await outputs(recognizer, work) })
    } catch (error) {
      post({ kind: 'error', error: toPortable(error) })
    }
  })
  post({ kind: 'ready', info: recognizer.info })
} catch (error) {
  post({ kind: 'error', error: toPortable(error) })
}
