import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import { isPattern } from '../../base/node/matching-files.js'
import { commonSettings } from '../../config/common-settings.js'
import type { AnyConfig } from '../../config/schema.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { readOptions } from '../../corpus/read-options.js'
import { spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { type TypeCounts, typeCounts } from '../../evaluate/sentence-counts.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { readRun, runPlace } from '../../recognize/node/model-run.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import type { RecognizerInfo } from '../../recognize/recognizer.js'
import { learningData } from '../../report/learning-data.js'
import { checkNamedFiles } from '../../run/node/named-files.js'
import { CONFIG } from '../../run/run-files.js'
import type { StoredRun } from '../../run/stored-run.js'
import type { Scheme } from '../../tags/scheme.js'
import type { TypeMap } from '../../tags/type-map.js'
import { fittingTypes } from '../fitting-types.js'
import { typeNotes } from '../type-notes.js'
import { type LabeledSentences, loadLabeled } from './labeled-corpus.js'

/** What making a run took and what it left; `null` if the model does not say, such as rules or a run that was trained in memory. */
interface RunCosts {
  /** Trainable numbers. */
  readonly parameters: number | null
  readonly epochs: number | null
  /** The epoch that was kept. */
  readonly bestEpoch: number | null
  /** Training with its evaluations. */
  readonly seconds: number | null
  /** On disk: the shipped graph, and everything that tagging reads. */
  readonly bytes: { readonly model: number | null; readonly tagger: number | null }
}

/** The corpus that a run was scored on. */
interface ScoredCorpus {
  readonly path: string
  readonly role: 'development' | 'test' | 'given'
  readonly scheme: Scheme
  readonly sentences: number
  readonly tokens: number
  readonly entities: number
  /** Of tokens and gold tags: two runs can be compared if it is the same. */
  readonly sha256: string
}

export interface MeasuredRun {
  readonly path: string
  /** What kind of model it is. */
  readonly recognizer: RecognizerInfo['recognizer']
  /** `null` for a model that was not trained: rules, built-in models and combinations. */
  readonly config: AnyConfig | null
  readonly corpus: ScoredCorpus
  /** Of tokens; in [0, 1]. */
  readonly accuracy: number
  /** Entities of each sentence by type. */
  readonly counts: readonly TypeCounts[]
  readonly costs: RunCosts
  /** Of the trained parameters: the same for a copy of a run. `null` for a model that was not trained. */
  readonly parametersSha256: string | null
}

export interface MeasureOptions {
  /** One file for every run; default: each run's development corpus, else its test corpus. */
  readonly corpus?: string
  readonly reading: ReadOptions
  readonly mode: ScoreMode
  /** Types that are scored; what a model calls otherwise counts as `fittingTypes` says. Default: every type as it is. */
  readonly types?: readonly string[]
  /** Receives each run, and the corpus that it is about to tag. */
  readonly onRun?: (path: string, corpus: string) => void
  readonly onNotice?: (message: string) => void
}

type Corpus = LabeledSentences & { readonly sha256: string }

/**
 * Tags a corpus with each run and counts what it found.
 * @throws InputError for fewer than two runs, for one that is named twice, that has no corpus, or whose corpus is
 *   missing; ModelFileError, CorpusError
 */
export async function measureRuns(paths: readonly string[], options: MeasureOptions): Promise<MeasuredRun[]> {
  checkRuns(paths)
  const stored: Awaited<ReturnType<typeof storedRun>>[] = []
  for (const path of paths) stored.push(await storedRun(path, options))
  const loadCorpus = corpusLoader()
  const measured: MeasuredRun[] = []
  for (const { corpus, role, ...run } of stored) {
    const { path, config } = run
    const own = options.corpus === undefined && config ? readOptions(config.corpus) : {}
    const columns = config === null || commonSettings(config).columns.length > 0
    const labeled = await loadCorpus(corpus, { ...own, ...options.reading, columns })
    options.onRun?.(path, corpus)
    const { accuracy, counts, known, recognizer } = await tagAndCount(path, labeled, options)
    for (const note of typeNotes(corpus, sumsOf(counts), known, path)) options.reading.onNote?.(note)
    const { scheme, sentences, sha256 } = labeled
    let [tokens, entities] = [0, 0]
    for (const sentence of sentences) tokens += sentence.tokens.length
    for (const types of counts) for (const { gold } of types.values()) entities += gold
    const scored = { path: corpus, role, scheme, sentences: sentences.length, tokens, entities, sha256 }
    measured.push({ ...run, recognizer, corpus: scored, accuracy, counts })
  }
  return measured
}

/** What a run's own files say of it, and the corpus that it is scored on. */
async function storedRun(path: string, { corpus }: MeasureOptions) {
  if (corpus === undefined) checkOwnCorpus(path)
  const run = await readRun(path)
  if (!run)
    return { path, config: null, costs: NO_COSTS, parametersSha256: null, ...givenCorpus(path, corpus) }
  const config = run.config()
  checkNamedFiles(config, run.where(CONFIG))
  const known = { path, config, costs: costsOf(run), parametersSha256: run.parametersHash() }
  return { ...known, ...chooseCorpus(path, config, corpus) }
}

/** Runs whose parameters are exactly those of an earlier one. */
export function copiedRuns(
  runs: readonly MeasuredRun[],
): { readonly path: string; readonly original: string }[] {
  return runs.flatMap(({ path, parametersSha256 }) => {
    if (parametersSha256 === null) return []
    const original = runs.find(run => run.parametersSha256 === parametersSha256)?.path ?? path
    return original === path ? [] : [{ path, original }]
  })
}

function checkRuns(paths: readonly string[]): void {
  if (paths.length < 2)
    throw new InputError('compare/runs', {
      where: verb('compare'),
      expected: 'two or more runs',
      got: `${paths.length}`,
      remedy: say`score a single run with ${verb('evaluate')}`,
    })
  const seen = new Map<string, string>()
  for (const path of paths) {
    const place = realPath(path)
    const before = seen.get(place)
    if (before !== undefined)
      throw new InputError('compare/runs', {
        where: path,
        expected: 'each run to be named once',
        got: `the same run as ${before}`,
      })
    seen.set(place, path)
  }
}

function realPath(path: string): string {
  const found = runPlace(path)
  if (!found) return existsSync(path) ? realpathSync(path) : path
  return found.kind === 'address' ? path : realpathSync(found.path)
}

/** A model that was published names corpora of another machine. */
function checkOwnCorpus(path: string): void {
  if (runPlace(path)?.kind === 'folder') return
  throw noCorpus(path)
}

function givenCorpus(path: string, corpus: string | undefined) {
  if (corpus !== undefined) return { corpus, role: 'given' } as const
  throw noCorpus(path)
}

function noCorpus(path: string): InputError {
  return new InputError('compare/corpus', {
    where: path,
    expected: 'a labeled corpus to score it on, since this model has no corpus here',
    got: 'none',
    remedy: say`name one with ${option('corpus')}`,
  })
}

function chooseCorpus(dir: string, { corpus }: AnyConfig, given: string | undefined) {
  if (given !== undefined) return { corpus: given, role: 'given' } as const
  const role = corpus.dev !== null ? 'development' : 'test'
  const path = corpus.dev ?? corpus.test
  if (path !== null && (existsSync(path) || isPattern(path))) return { corpus: path, role } as const
  throw new InputError('compare/corpus', {
    where: dir,
    ...(path === null
      ? { expected: 'a run with a development or test corpus', got: 'one without' }
      : { expected: `its ${role} corpus, ${path}, to score it on`, got: 'no such file' }),
    remedy: say`name a labeled corpus with ${option('corpus')}`,
  })
}

/** Reads each corpus once, since most runs share one. */
function corpusLoader(): (path: string, reading: ReadOptions) => Promise<Corpus> {
  const known = new Map<string, Promise<Corpus>>()
  return (path, reading) => {
    const key = JSON.stringify([path, reading])
    const loading =
      known.get(key) ??
      loadLabeled(path, reading).then(labeled => {
        const hash = createHash('sha256')
        for (const { tokens, tags } of labeled.sentences) hash.update(JSON.stringify([tokens, tags]))
        return { ...labeled, sha256: hash.digest('hex') }
      })
    known.set(key, loading)
    return loading
  }
}

async function tagAndCount(
  path: string,
  { sentences, scheme }: Corpus,
  { mode, types, onNotice }: MeasureOptions,
) {
  const read = spanReader(mode, scheme)
  const counts: TypeCounts[] = []
  const known = new Set<string>()
  let [tokens, right] = [0, 0]
  const tagger = await loadTagger(path, { onNotice })
  try {
    tagger.checkColumns(sentences)
    for (const type of tagger.info.types) known.add(type)
    const fitting = types && fittingTypes(tagger.info, types)
    for await (const { gold, predicted: found } of predictCorpus(tagger, sentences, scheme)) {
      const predicted = fitting ? found.map(tag => fittingTag(tag, fitting)) : found
      counts.push(typeCounts(read(gold), read(predicted)))
      tokens += gold.length
      gold.forEach((tag, i) => {
        if (predicted[i] === tag) right++
      })
    }
  } finally {
    await tagger.release()
  }
  return { counts, known, accuracy: right / tokens, recognizer: tagger.info.recognizer }
}

function fittingTag(tag: string, fitting: TypeMap): string {
  const type = fitting.get(tag.slice(2)) ?? 'O'
  return type === 'O' ? 'O' : tag.slice(0, 2) + type
}

function sumsOf(counts: readonly TypeCounts[]): Record<string, { gold: number; predicted: number }> {
  const sums = new Map<string, { gold: number; predicted: number }>()
  for (const own of counts)
    for (const [type, { gold, predicted }] of own) {
      const sum = sums.get(type) ?? { gold: 0, predicted: 0 }
      sums.set(type, { gold: sum.gold + gold, predicted: sum.predicted + predicted })
    }
  return Object.fromEntries(sums)
}

const NO_COSTS: RunCosts = {
  parameters: null,
  epochs: null,
  bestEpoch: null,
  seconds: null,
  bytes: { model: null, tagger: null },
}

function costsOf(run: StoredRun): RunCosts {
  const learning = learningData(run.log())
  return {
    parameters: learning?.parameters ?? null,
    epochs: learning?.total ?? null,
    bestEpoch: learning?.bestEpoch ?? null,
    seconds: run.metrics()?.best.seconds ?? null,
    bytes: run.sizes(),
  }
}
