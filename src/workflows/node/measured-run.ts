import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import type { CliContext } from '../../cli/context.js'
import { labeledOnly } from '../../cli/labeled-only.js'
import type { Config } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { type TypeCounts, typeCounts } from '../../evaluate/sentence-counts.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import { learningData } from '../../report/learning-data.js'
import { readingOf } from '../../report/node/run-report.js'
import { readRunFolder } from '../../run/node/run-folder.js'
import type { RunFiles } from '../../run/run-files.js'
import type { Scheme } from '../../tags/scheme.js'

/** What making a run took and what it left; `null` where the run does not say, as one that was trained in memory. */
export interface RunCosts {
  /** Trainable numbers. */
  readonly parameters: number | null
  readonly epochs: number | null
  /** The epoch that was kept. */
  readonly bestEpoch: number | null
  /** Training with its evaluations. */
  readonly seconds: number | null
  /** On disk: the shipped graph, and everything that tagging reads. */
  readonly bytes: { readonly model: number; readonly tagger: number }
}

/** The corpus that a run was scored on. */
export interface ScoredCorpus {
  readonly path: string
  readonly role: 'development' | 'test' | 'given'
  readonly scheme: Scheme
  readonly sentences: number
  readonly tokens: number
  readonly entities: number
  /** Of tokens and gold tags: two runs can be compared where it is the same. */
  readonly sha256: string
}

export interface MeasuredRun {
  readonly path: string
  readonly config: Config
  readonly corpus: ScoredCorpus
  /** Of tokens; in [0, 1]. */
  readonly accuracy: number
  /** Entities of each sentence by type. */
  readonly counts: readonly TypeCounts[]
  readonly costs: RunCosts
  /** Of the trained parameters: the same for a copy of a run. */
  readonly parametersSha256: string
}

export interface MeasureOptions {
  /** One file for every run; default: each run's development corpus, else its test corpus. */
  readonly corpus?: string
  readonly reading: ReadOptions
  readonly mode: ScoreMode
}

/** Corpora read so far: several runs mostly have the same. */
type CorpusCache = Map<string, Promise<Labeled>>
interface Labeled {
  readonly scheme: Scheme
  readonly sentences: readonly Sentence[]
  readonly sha256: string
}

/**
 * Tags a corpus with each run and counts what it found.
 * @throws InputError for a run without a corpus, or whose corpus has gone; ModelFileError, CorpusError
 */
export async function measureRuns(
  paths: readonly string[],
  options: MeasureOptions,
  context: CliContext,
): Promise<MeasuredRun[]> {
  const cache: CorpusCache = new Map()
  const stored = paths.map(path => {
    const run = readRunFolder(path)
    const config = run.config()
    const parametersSha256 = run.parametersHash()
    const known = { path, config, costs: costsOf(run), parametersSha256 }
    return { ...known, ...chooseCorpus(path, config, options.corpus) }
  })
  const measured: MeasuredRun[] = []
  for (const { corpus, role, ...run } of stored) {
    const { path, config } = run
    const reading =
      options.corpus === undefined ? { ...readingOf(config), ...options.reading } : options.reading
    const labeled = await load(
      corpus,
      { ...reading, columns: config.input.columns.length > 0 },
      cache,
      context,
    )
    context.log(`${path}: tagging ${corpus}`)
    const { accuracy, counts } = await tagAndCount(path, labeled, options.mode, context)
    const { scheme, sentences, sha256 } = labeled
    let [tokens, entities] = [0, 0]
    for (const sentence of sentences) tokens += sentence.tokens.length
    for (const types of counts) for (const { gold } of types.values()) entities += gold
    const scored = { path: corpus, role, scheme, sentences: sentences.length, tokens, entities, sha256 }
    measured.push({ ...run, corpus: scored, accuracy, counts })
  }
  return measured
}

function chooseCorpus(dir: string, { corpus }: Config, given: string | undefined) {
  if (given !== undefined) return { corpus: given, role: 'given' } as const
  const role = corpus.dev !== null ? 'development' : 'test'
  const path = corpus.dev ?? corpus.test
  if (path === null)
    throw new InputError('compare/corpus', {
      where: dir,
      expected: 'a run with a development or test corpus',
      got: 'one without',
      remedy: 'name a labeled corpus with --corpus',
    })
  if (!existsSync(path))
    throw new InputError('compare/corpus', {
      where: dir,
      expected: `its ${role} corpus, ${path}, to score it on`,
      got: 'no such file',
      remedy: 'name one that is there with --corpus',
    })
  return { corpus: path, role } as const
}

function load(path: string, reading: ReadOptions, cache: CorpusCache, context: CliContext): Promise<Labeled> {
  const key = JSON.stringify([path, reading])
  const known = cache.get(key)
  if (known) return known
  const loading = loadCorpus(path, reading).then(corpus => {
    const sentences = labeledOnly(corpus, context)
    const hash = createHash('sha256')
    for (const { tokens, tags } of sentences) hash.update(JSON.stringify([tokens, tags]))
    return { scheme: corpus.scheme.scheme, sentences, sha256: hash.digest('hex') }
  })
  cache.set(key, loading)
  return loading
}

async function tagAndCount(
  dir: string,
  { sentences, scheme }: Labeled,
  mode: ScoreMode,
  context: CliContext,
) {
  const read = spanReader(mode, scheme)
  const counts: TypeCounts[] = []
  let [tokens, right] = [0, 0]
  const tagger = await loadTagger(dir, { onNotice: context.log })
  try {
    for await (const { gold, predicted } of predictCorpus(tagger, sentences, scheme)) {
      counts.push(typeCounts(read(gold), read(predicted)))
      tokens += gold.length
      gold.forEach((tag, i) => {
        if (predicted[i] === tag) right++
      })
    }
  } finally {
    await tagger.release()
  }
  return { counts, accuracy: right / tokens }
}

function costsOf(run: RunFiles): RunCosts {
  const learning = learningData(run.log())
  return {
    parameters: learning?.parameters ?? null,
    epochs: learning?.total ?? null,
    bestEpoch: learning?.bestEpoch ?? null,
    seconds: run.metrics()?.best.seconds ?? null,
    bytes: run.sizes(),
  }
}
