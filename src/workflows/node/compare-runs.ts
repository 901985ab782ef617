import { basename, resolve } from 'node:path'
import { commonSettings } from '../../config/common-settings.js'
import { differences, settingsOf } from '../../config/differences.js'
import {
  best,
  type CompareOptions,
  compareSystems,
  type Difference,
  type SystemComparison,
} from '../../evaluate/compare-systems.js'
import { meanCounts } from '../../evaluate/sentence-counts.js'
import type { MeasuredRun } from './measured-run.js'

/** What `compare --json` prints, besides how it was made. */
export interface RunComparison {
  /** The run, and the configuration, that the others are tested against; `null` if they were scored on different sentences. */
  readonly reference: { readonly run: string; readonly configuration: number } | null
  readonly runs: readonly ComparedRun[]
  /** Runs that differ only in the seed, together. */
  readonly configurations: readonly Configuration[]
  /** By dotted name, only those that differ: one value per run, `null` if a run has no such setting. */
  readonly settings: Readonly<Record<string, readonly unknown[]>>
}

type ComparedRun = SystemComparison['systems'][number] &
  Pick<MeasuredRun, 'path' | 'recognizer' | 'corpus' | 'accuracy' | 'costs'> & {
    readonly name: string
    /** `null` where nothing is drawn at random. */
    readonly seed: number | null
  }

/** Mean and standard deviation (n − 1) over seeds; `null` if undefined, such as the deviation of one value. */
export interface Spread {
  readonly mean: number | null
  readonly deviation: number | null
}

interface Configuration extends Readonly<Record<'precision' | 'recall' | 'f1' | 'seconds', Spread>> {
  readonly runs: readonly string[]
  readonly seeds: readonly (number | null)[]
  /** F1 by type. */
  readonly types: Readonly<Record<string, Spread>>
  /** Of the seeds' mean counts, sentence by sentence, against those of the reference configuration. */
  readonly against: Difference | null
}

export type Against = 'best' | 'first'

/** Compares runs, one by one and by configuration. @param runs at least one */
export function compareRuns(
  runs: readonly MeasuredRun[],
  against: Against,
  options: Omit<CompareOptions, 'reference'>,
): RunComparison {
  const names = namesOf(runs.map(({ path }) => path))
  const isSame = runs.every(({ corpus }) => corpus.sha256 === runs[0].corpus.sha256)
  const compare = (systems: readonly MeasuredRun['counts'][], reference: number | 'best') => {
    if (isSame) return compareSystems(systems, { ...options, reference })
    return { reference: 0, systems: systems.map(counts => compareSystems([counts], options).systems[0]) }
  }
  const compared = compare(
    runs.map(({ counts }) => counts),
    against === 'first' ? 0 : 'best',
  )
  const groups = groupsOf(runs)
  const f1s = groups.map(group => spread(group.map(i => compared.systems[i].f1)).mean)
  const configured = compare(
    groups.map(group => meanCounts(group.map(i => runs[i].counts))),
    against === 'first' ? 0 : best(f1s),
  )
  return {
    reference: isSame ? { run: names[compared.reference], configuration: configured.reference } : null,
    runs: runs.map(({ path, recognizer, config, corpus, accuracy, costs }, i) => ({
      name: names[i],
      path,
      recognizer,
      seed: seedOf(config),
      corpus,
      accuracy,
      ...compared.systems[i],
      costs,
    })),
    configurations: groups.map((group, g): Configuration => {
      const own = group.map(i => compared.systems[i])
      const spreadOf = (key: 'precision' | 'recall' | 'f1') => spread(own.map(system => system[key]))
      return {
        runs: group.map(i => names[i]),
        seeds: group.map(i => seedOf(runs[i].config)),
        precision: spreadOf('precision'),
        recall: spreadOf('recall'),
        f1: spreadOf('f1'),
        types: Object.fromEntries(
          Object.keys(own[0].types).map(type => [type, spread(own.map(run => run.types[type]?.f1 ?? null))]),
        ),
        seconds: spread(group.map(i => runs[i].costs.seconds)),
        against: configured.systems[g].against,
      }
    }),
    settings: settingsTable(runs),
  }
}

function seedOf(config: MeasuredRun['config']): number | null {
  return config && commonSettings(config).seed
}

/** Settings that differ among the runs that have some; where a model has none, the kinds of all. */
function settingsTable(runs: readonly MeasuredRun[]): RunComparison['settings'] {
  const trained = runs.flatMap(({ config }) => config ?? [])
  const changes = differences(trained)
  const rows = [...changes].map(([name, values]) => {
    let next = 0
    return [name, runs.map(({ config }) => (config ? (values[next++] ?? null) : null))] as const
  })
  const kinds = ['recognizer', runs.map(({ recognizer }) => recognizer)] as const
  if (trained.length === runs.length) return Object.fromEntries(rows)
  return Object.fromEntries([kinds, ...rows.filter(([name]) => name !== kinds[0])])
}

/** `null` if any value is undefined. */
function spread(values: readonly (number | null)[]): Spread {
  const numbers = values.filter(value => value !== null)
  if (numbers.length < values.length || numbers.length === 0) return { mean: null, deviation: null }
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  if (numbers.length === 1) return { mean, deviation: null }
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (numbers.length - 1)) }
}

/** Indices of runs that differ only in the seed, and in how often a checkpoint was written. */
function groupsOf(runs: readonly MeasuredRun[]): number[][] {
  const groups = new Map<string, number[]>()
  runs.forEach(({ config }, i) => {
    if (!config) {
      groups.set(`model ${i}`, [i])
      return
    }
    const settings = settingsOf(config)
    for (const name of ['training.seed', 'training.checkpointMinutes']) settings.delete(name)
    const key = JSON.stringify([...settings].sort())
    groups.set(key, [...(groups.get(key) ?? []), i])
  })
  return [...groups.values()]
}

/** The folders' names if these are all different, else the paths as given. */
function namesOf(paths: readonly string[]): readonly string[] {
  const names = paths.map(path => basename(resolve(path)))
  return new Set(names).size === names.length ? names : paths
}
