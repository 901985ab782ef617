import { basename, resolve } from 'node:path'
import { differences, settingsOf } from '../../config/differences.js'
import {
  best,
  type ComparedType,
  type CompareOptions,
  compareSystems,
  type Difference,
  type SystemComparison,
} from '../../evaluate/compare-systems.js'
import { meanCounts } from '../../evaluate/sentence-counts.js'
import type { Interval } from '../../evaluate/significance.js'
import type { MeasuredRun, RunCosts, ScoredCorpus } from './measured-run.js'

/** What `compare --json` prints besides how it was made. */
export interface RunComparison {
  /** The run, and the configuration, that the others are tested against; `null` where they were scored on different sentences. */
  readonly reference: { readonly run: string; readonly configuration: number } | null
  readonly runs: readonly ComparedRun[]
  /** Runs that differ in nothing but the seed, together. */
  readonly configurations: readonly Configuration[]
  /** By dotted name, only those that differ: a value a run, `null` where a run has no such setting. */
  readonly settings: Readonly<Record<string, readonly unknown[]>>
}

export interface ComparedRun {
  readonly name: string
  readonly path: string
  readonly seed: number
  readonly corpus: ScoredCorpus
  readonly accuracy: number
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
  readonly gold: number
  readonly predicted: number
  readonly correct: number
  readonly intervals: Readonly<Record<'precision' | 'recall' | 'f1', Interval | null>>
  readonly types: Readonly<Record<string, ComparedType>>
  readonly against: Difference | null
  readonly costs: RunCosts
}

/** Mean and standard deviation (n − 1) over seeds; `null` where undefined, as the deviation of one value. */
export interface Spread {
  readonly mean: number | null
  readonly deviation: number | null
}

export interface Configuration {
  readonly runs: readonly string[]
  readonly seeds: readonly number[]
  readonly precision: Spread
  readonly recall: Spread
  readonly f1: Spread
  /** F1 by type. */
  readonly types: Readonly<Record<string, Spread>>
  readonly seconds: Spread
  /** Of the seeds' mean counts, sentence by sentence, against those of the reference configuration. */
  readonly against: Difference | null
}

export type Against = 'best' | 'first'

/** Runs side by side, those of one configuration together. @param runs at least one */
export function compareRuns(
  runs: readonly MeasuredRun[],
  against: Against,
  options: Omit<CompareOptions, 'reference'>,
): RunComparison {
  const names = namesOf(runs.map(({ path }) => path))
  const isSame = runs.every(({ corpus }) => corpus.sha256 === runs[0].corpus.sha256)
  const reference = against === 'first' ? 0 : 'best'
  const compare = (systems: readonly MeasuredRun['counts'][], of: number | 'best'): SystemComparison => {
    if (isSame) return compareSystems(systems, { ...options, reference: of })
    const alone = systems.map(counts => compareSystems([counts], options).systems[0])
    return { reference: 0, systems: alone }
  }
  const compared = compare(
    runs.map(({ counts }) => counts),
    reference,
  )
  const groups = groupsOf(runs)
  const f1s = groups.map(group => spread(group.map(i => compared.systems[i].f1)).mean)
  const configured = compare(
    groups.map(group => meanCounts(group.map(i => runs[i].counts))),
    against === 'first' ? 0 : best(f1s),
  )
  return {
    reference: isSame ? { run: names[compared.reference], configuration: configured.reference } : null,
    runs: runs.map(({ path, config, corpus, accuracy, costs }, i) => ({
      name: names[i],
      path,
      seed: config.training.seed,
      corpus,
      accuracy,
      ...compared.systems[i],
      costs,
    })),
    configurations: groups.map((group, g): Configuration => {
      const own = group.map(i => compared.systems[i])
      const types = Object.keys(own[0].types)
      return {
        runs: group.map(i => names[i]),
        seeds: group.map(i => runs[i].config.training.seed),
        precision: spread(own.map(({ precision }) => precision)),
        recall: spread(own.map(({ recall }) => recall)),
        f1: spread(own.map(({ f1 }) => f1)),
        types: Object.fromEntries(
          types.map(type => [type, spread(own.map(run => run.types[type]?.f1 ?? null))]),
        ),
        seconds: spread(group.map(i => runs[i].costs.seconds)),
        against: configured.systems[g].against,
      }
    }),
    settings: Object.fromEntries(
      [...differences(runs.map(({ config }) => config))].map(([name, values]) => [
        name,
        values.map(value => value ?? null),
      ]),
    ),
  }
}

/** `null` as soon as one value is undefined. */
export function spread(values: readonly (number | null)[]): Spread {
  const numbers = values.filter(value => value !== null)
  if (numbers.length < values.length || numbers.length === 0) return { mean: null, deviation: null }
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  if (numbers.length === 1) return { mean, deviation: null }
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (numbers.length - 1)) }
}

/** Indices of runs that differ in nothing but the seed, and how often a checkpoint was written. */
function groupsOf(runs: readonly MeasuredRun[]): number[][] {
  const groups = new Map<string, number[]>()
  runs.forEach(({ config }, i) => {
    const settings = settingsOf(config)
    for (const name of ['training.seed', 'training.checkpointMinutes']) settings.delete(name)
    const key = JSON.stringify([...settings].sort())
    groups.set(key, [...(groups.get(key) ?? []), i])
  })
  return [...groups.values()]
}

/** The folders' own names where these are all different, else the paths as given. */
function namesOf(paths: readonly string[]): readonly string[] {
  const names = paths.map(path => basename(resolve(path)))
  return new Set(names).size === names.length ? names : paths
}
