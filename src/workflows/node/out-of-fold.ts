import { basename, join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { temporaryFolder } from '../../base/node/temporary.js'
import { Random } from '../../base/random.js'
import { commonSettings } from '../../config/common-settings.js'
import { type AnyConfig, plainCorpus, type TrainingCorpusConfig } from '../../config/schema.js'
import { cutLabeled } from '../../corpus/cut-sentences.js'
import { writeSentences } from '../../corpus/node/write-sentences.js'
import { readOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { SplitPlanner } from '../../corpus/split/plan-split.js'
import type { ScoredSentence } from '../../evaluate/scored-sentence.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { taggedSentences } from '../../report/node/tagged-sentences.js'
import type { TrainEvent } from '../../run/events.js'
import { findModel } from '../../run/node/find-model.js'
import { readModel } from '../../run/node/open-model.js'
import { train } from '../../train/node/train.js'
import { loadLabeled, type OnNote } from './labeled-corpus.js'

export interface OutOfFold {
  /** File name of the corpus. */
  readonly corpus: string
  /** Every labeled sentence of it, tagged by a model that was not trained on it. */
  readonly sentences: readonly ScoredSentence[]
}

export interface OutOfFoldOptions {
  readonly folds: number
  readonly onNote?: OnNote
  /** Stops the work; nothing is returned then, and nothing is left behind. */
  readonly signal?: AbortSignal
}

/** A fold begins, or the training of its tagger continues. */
export type FoldEvent = { readonly kind: 'fold'; readonly fold: number; readonly folds: number } | TrainEvent

/**
 * Tags a run's training corpus with models that did not see what they tag: the corpus is dealt into folds (documents
 * whole, copies of a sentence together), and for each fold a tagger is trained on the others, with the run's settings
 * and for as many epochs as the run found best. Takes about `folds − 1` times as long as those epochs took.
 *
 * @returns `undefined` if it was stopped
 * @throws InputError if the run names no training corpus, or the corpus has fewer groups of sentences than folds
 */
export async function* tagOutOfFold(
  model: string,
  { folds, onNote, signal }: OutOfFoldOptions,
): AsyncGenerator<FoldEvent, OutOfFold | undefined> {
  const run = await readModel(model)
  const config = run.config()
  const own = onlyCorpus(model, config)
  const path = own.file
  const reading = {
    ...readOptions(config.corpus, own),
    columns: commonSettings(config).columns.length > 0,
    onNote,
  }
  const corpus = await loadLabeled(path, reading)
  const foldOf = dealOut(corpus.sentences, folds, commonSettings(config).seed ?? 1, path)
  const epochs = run.metrics()?.best.epoch ?? null
  const tagged: ScoredSentence[] = []
  using temporary = temporaryFolder('nerite-folds-')
  for (let fold = 0; fold < folds; fold++) {
    yield { kind: 'fold', fold, folds }
    const file = join(temporary.path, `${fold}.jsonl`)
    const out = join(temporary.path, `run-${fold}`)
    const others = corpus.sentences.filter((_, i) => foldOf[i] !== fold)
    await writeSentences(file, cutLabeled(others).map(bare), { format: 'jsonl' })
    const done = yield* train({
      config: foldConfig(config, { ...plainCorpus(file), types: own.types, map: own.map }, epochs),
      out,
      signal,
    })
    if (done?.reason === 'interrupted') return undefined
    const held = corpus.sentences.map((_, i) => i).filter(i => foldOf[i] === fold)
    const tagger = await loadTagger(out)
    try {
      const unseen = held.map(i => corpus.sentences[i])
      let at = 0
      for await (const { scored } of taggedSentences(tagger, unseen, corpus.scheme, {
        name: basename(path),
      })) {
        if (signal?.aborted) return undefined
        tagged[held[at++]] = scored
      }
    } finally {
      await tagger.release()
    }
  }
  return { corpus: basename(path), sentences: tagged }
}

/** The corpus that is dealt into folds. */
function onlyCorpus(model: string, { corpus: { train } }: AnyConfig): TrainingCorpusConfig {
  const isOwn = findModel(model).kind === 'folder'
  if (isOwn && train.length === 1) return train[0]
  throw new InputError('report/folds', {
    where: model,
    expected: 'a run that names its training corpus, and only one',
    got: !isOwn
      ? 'a model that was trained elsewhere'
      : train.length === 0
        ? 'one that was trained on sentences in memory'
        : `${train.length} corpora`,
  })
}

function dealOut(
  sentences: readonly Sentence[],
  folds: number,
  seed: number,
  path: string,
): readonly number[] {
  const planner = new SplitPlanner()
  for (const sentence of sentences) planner.add(sentence)
  const shares = Array.from({ length: folds }, () => 1 / folds)
  const { parts } = planner.plan(shares, Random.fromSeed(seed))
  if (new Set(parts).size < folds)
    throw new InputError('report/folds', {
      where: path,
      expected: `enough documents or sentences for ${folds} folds`,
      got: `${new Set(parts).size}`,
      remedy: folds > 2 ? 'ask for fewer folds' : 'folds need two different sentences or more',
    })
  return parts
}

/** What training reads of a sentence. */
function bare({ tokens, tags, columns, lines }: Sentence): Sentence {
  return { tokens, tags, ...(columns && { columns }), lines }
}

/** @param epochs that a network is trained for; `null`: as the settings say */
function foldConfig(config: AnyConfig, train: TrainingCorpusConfig, epochs: number | null): AnyConfig {
  const own: AnyConfig = {
    ...config,
    corpus: {
      train: [train],
      dev: null,
      test: null,
      format: 'jsonl',
      encoding: 'utf-8',
      tokenColumn: null,
      tagColumn: null,
      offsets: 'auto',
      labels: null,
      tokens: 'given',
    },
  }
  if (own.recognizer !== 'neural') return own
  const { training } = own
  return { ...own, training: { ...training, epochs: epochs ?? training.epochs, patience: null } }
}
