/** A tagging thread: loads a model, says so, and does the work that it is sent. */

import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { collect } from '../../../base/collect.js'
import { InputError } from '../../../base/errors.js'
import { toPortable } from '../../../base/portable-error.js'
import type { TokenSentence } from '../../../model/inputs/sentence.js'
import { analyzeTexts } from '../../analyzed-text.js'
import type { Recognizer } from '../../recognizer.js'
import { loadTagger } from '../load-tagger.js'
import { modelIdentity } from '../model-identity.js'
import type { ThreadData, ThreadMessage, Work } from './messages.js'

const { model, threads, country, isBehind, identity } = workerData as ThreadData
/** How far behind: enough to be interrupted at once, and no more. */
const NICENESS = 5
// On Linux this is the calling thread alone; elsewhere it would be the process.
if (isBehind && process.platform === 'linux') setPriority(0, NICENESS)
const post = (message: ThreadMessage): void => parentPort?.postMessage(message)

function entities(recognizer: Recognizer, texts: readonly string[], scores: boolean) {
  return scores ? recognizer.tag(texts) : recognizer.tag(texts, { scores })
}

function outputs(recognizer: Recognizer, { task, inputs }: Work): Promise<readonly unknown[]> {
  const texts = inputs as readonly string[]
  const sentences = inputs as readonly TokenSentence[]
  switch (task.kind) {
    case 'entities':
      return entities(recognizer, texts, task.scores)
    case 'together':
      return Promise.all((inputs as readonly string[][]).map(own => entities(recognizer, own, task.scores)))
    case 'everything':
      return recognizer.tagEverything(texts, { minScore: task.minScore })
    case 'annotate':
      return collect(recognizer.annotate(texts))
    case 'readings':
      return collect(recognizer.annotateNBest(texts, task.n))
    case 'analyze':
      return analyzeTexts(recognizer, texts, task.options)
    case 'tokens':
      return recognizer.tagTokens(sentences)
    case 'nBest':
      return recognizer.nBest(sentences, task.n)
    case 'tagProbabilities':
    case 'tagCharacters':
      return recognizer[task.kind](sentences)
    default:
      return task satisfies never
  }
}

function replaced(): InputError {
  return new InputError('predict/replaced', {
    where: model,
    expected: 'a model that stays as it is while it tags',
    got: 'another one, put in its place since the start',
    remedy: 'run the command again',
  })
}

try {
  if (identity !== undefined && (await modelIdentity(model)) !== identity) throw replaced()
  const recognizer = await loadTagger(model, {
    threads,
    ...(country !== undefined && { country }),
    onNotice: message => post({ kind: 'notice', message }),
  })
  // Its files were checked against the manifest that they came with: the same one before and now is that of what was loaded.
  if (identity !== undefined && (await modelIdentity(model)) !== identity) throw replaced()
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
