/** The thread of one `ModelJob`: `runJob` starts it. */
import { once } from 'node:events'
import { basename } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { InputError } from '../../../base/errors.js'
import { toPortable } from '../../../base/portable-error.js'
import { costlyConfusions, listErrors, suspectLabels } from '../../../evaluate/error-list.js'
import { ScoreAccumulator } from '../../../evaluate/score-accumulator.js'
import type { ScoredSentence } from '../../../evaluate/scored-sentence.js'
import { loadTagger } from '../../../recognize/node/load-tagger.js'
import type { Recognizer } from '../../../recognize/recognizer.js'
import { createRules } from '../../../recognize/rules-recognizer.js'
import { taggedSentences } from '../../../report/node/tagged-sentences.js'
import { parseRules } from '../../../rules/file/parse-rules.js'
import { suggestLabels, type TextToLabel } from '../../suggest-labels.js'
import { compareRuns } from '../compare-runs.js'
import { loadLabeled } from '../labeled-corpus.js'
import { measureRuns } from '../measured-run.js'
import { tagOutOfFold } from '../out-of-fold.js'
import type { JobMessage, ModelJob, SuggestionModel } from './model-job.js'

/** Texts that are read before their suggestions are passed on. */
const PART = 64
/** How sure a model must be that did not see a label, for the label to look wrong. */
const SUSPECT = 0.8

type JobOf<Kind extends ModelJob['kind']> = Extract<ModelJob, { readonly kind: Kind }>

/** Without terminal or reports of the loader: notices belong to the log of the process. */
const quiet = () => {}

const JOBS: { readonly [Kind in ModelJob['kind']]: (job: JobOf<Kind>) => AsyncGenerator<JobMessage> } = {
  suggest,
  evaluate,
  folds,
  compare,
}

async function* suggest({ from, source, types, texts: of }: JobOf<'suggest'>): AsyncGenerator<JobMessage> {
  const recognizer = await recognizerOf(from)
  try {
    for (let done = 0; ; ) {
      const texts = await moreTexts()
      if (texts.length === 0) return
      for (let i = 0; i < texts.length; i += PART) {
        const suggestions = await suggestLabels(recognizer, texts.slice(i, i + PART), { source, types })
        yield { kind: 'suggestions', suggestions }
        yield { kind: 'progress', done: Math.min(done + i + PART, of), of }
      }
      done += texts.length
    }
  } finally {
    await recognizer.release()
  }
}

async function moreTexts(): Promise<readonly TextToLabel[]> {
  if (!parentPort) return []
  const answer = once(parentPort, 'message')
  parentPort.postMessage({ kind: 'more' } satisfies JobMessage)
  const [texts] = (await answer) as [readonly TextToLabel[]]
  return texts
}

function recognizerOf(from: SuggestionModel): Promise<Recognizer> {
  if ('model' in from) return loadTagger(from.model, { onNotice: quiet, threads: 1 })
  const parsed = parseRules(from.rules, 'rules')
  const file = parsed.spec.rules.findIndex(rule => rule.file !== undefined)
  if (file >= 0)
    // The text came over the network: it names no files of this machine.
    throw new InputError('rules/file', {
      where: parsed.placeOf(['rules', file, 'file']),
      expected: 'names in the rules themselves',
      got: 'the name of a file',
    })
  return createRules(parsed)
}

async function* evaluate({ model, corpus }: JobOf<'evaluate'>): AsyncGenerator<JobMessage> {
  const { sentences, scheme } = await loadLabeled(corpus, { format: 'jsonl' })
  const tagger = await loadTagger(model, { onNotice: quiet, threads: 1 })
  try {
    const accumulator = new ScoreAccumulator({ scheme })
    const found: ScoredSentence[] = []
    for await (const { scored, tags } of taggedSentences(tagger, sentences, scheme, {
      name: basename(corpus),
    })) {
      accumulator.add(tags.gold, tags.predicted)
      found.push(scored)
    }
    const errors = listErrors(found)
    const evaluation = { scores: accumulator.result(), errors, confusions: costlyConfusions(errors) }
    yield { kind: 'evaluation', evaluation }
  } finally {
    await tagger.release()
  }
}

async function* folds(job: JobOf<'folds'>): AsyncGenerator<JobMessage> {
  const running = tagOutOfFold(job.model, { folds: job.folds })
  for (let next = await running.next(); ; next = await running.next()) {
    if (next.done) {
      const sentences = next.value?.sentences ?? []
      yield {
        kind: 'suspects',
        suspects: suspectLabels(listErrors(sentences), SUSPECT),
        sentences: sentences.length,
      }
      return
    }
    if (next.value.kind === 'fold') yield { kind: 'progress', done: next.value.fold, of: job.folds }
  }
}

async function* compare({ models, corpus, types }: JobOf<'compare'>): AsyncGenerator<JobMessage> {
  const runs = await measureRuns(models, {
    corpus,
    types,
    reading: { format: 'jsonl' },
    mode: 'conlleval',
    onNotice: quiet,
  })
  yield { kind: 'comparison', comparison: compareRuns(runs, 'best', { seed: 1 }) }
}

async function work(job: ModelJob): Promise<void> {
  const send = (message: JobMessage) => parentPort?.postMessage(message)
  try {
    const own = JOBS[job.kind] as (job: never) => AsyncGenerator<JobMessage>
    for await (const message of own(job as never)) send(message)
    send({ kind: 'done' })
  } catch (error) {
    send({ kind: 'failed', error: toPortable(error) })
  }
}

await work(workerData as ModelJob)
