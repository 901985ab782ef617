/**
 * Vectors of runs of characters beside the word tables: a word that is in neither table is the mean of its runs, as in
 * fastText. They are not trained, and rounded as fixed vectors are.
 */
import { say, setting } from '../../base/fault.js'
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { EncodeError } from '../../encode/encode-error.js'
import { type FixedTable, roundRow } from '../../encode/fixed-vectors.js'
import { MOST_RUNS, subwordRows } from '../../encode/subwords.js'
import type { SubwordTable } from '../../encode/word-vectors.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { TensorData } from '../../engine/graph/tensor.js'
import type { Value } from '../../engine/graph/value.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import type { InferenceContext } from '../encoders/encoder-block.js'
import type { FeatureColumns, StoredNumbers } from './input-block.js'
import { idTensor } from './table.js'

/** Which runs have a vector: as `vocab.json` has them. */
export interface SubwordRuns {
  readonly shortest: number
  readonly longest: number
  readonly buckets: number
  /** The bucket of each run; their rows follow one of zeros. */
  readonly runs: readonly number[]
}

/** A word by the rows of its runs. */
export type RunIds = Int32Array

const NAME = 'input.subwords'
const STEPS = `${NAME}.steps`
const IDS = `ids:${NAME}`
const WHICH = 'ids:input.composed'

/** @throws EncodeError `encode/vectors` for more runs than a model has */
export function runsOf({ scheme, buckets }: SubwordTable): SubwordRuns {
  if (buckets.length > MOST_RUNS)
    throw new EncodeError('encode/vectors', {
      where: setting('input.words.vectors'),
      expected: `vectors of ${MOST_RUNS} runs of characters at most`,
      got: String(buckets.length),
      remedy: say`train the vectors with fewer buckets, or set ${setting('input.words.vectors.subwords')} to false`,
    })
  return { ...scheme, runs: [...buckets] }
}

/** @throws ModelFileError for anything that `runsOf` did not make */
export function parseRuns(json: unknown, where: string): SubwordRuns {
  const fault = (expected: string) => new ModelFileError({ where, expected, got: 'something else' })
  if (!isRecord(json)) throw fault('an object')
  const { shortest, longest, buckets, runs } = json
  const isWhole = (value: unknown, least: number, most: number): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
  if (!isWhole(shortest, 1, 20) || !isWhole(longest, shortest, 20))
    throw fault('lengths of runs from 1 to 20')
  if (!isWhole(buckets, 1, 2 ** 31)) throw fault('a number of buckets from 1 to 2147483648')
  if (!Array.isArray(runs) || runs.length < 1 || runs.length > MOST_RUNS)
    throw fault(`a list of 1 to ${MOST_RUNS} runs`)
  if (!runs.every((run): run is number => isWhole(run, 0, buckets - 1)) || new Set(runs).size < runs.length)
    throw fault('runs that are different buckets')
  return { shortest, longest, buckets, runs }
}

/** What finds the rows of a word's runs: `undefined` where none has a vector. */
export function runFinder({ runs, ...scheme }: SubwordRuns): (word: string) => RunIds | undefined {
  const rowsOf = subwordRows(scheme, runs)
  return word => {
    const rows = rowsOf(word)
    return rows.length === 0 ? undefined : Int32Array.from(rows, row => row + 1)
  }
}

/** The rounded vectors of the runs, after a row of zeros. */
export function runTable({ buckets, matrix }: SubwordTable, dim: number): FixedTable {
  const size = buckets.length + 1
  const table = { values: new Int8Array(size * dim), steps: new Float32Array(size) }
  for (let row = 1; row < size; row++) roundRow(matrix.subarray((row - 1) * dim, row * dim), table, row)
  return table
}

/** The table of a trained model. */
export function storedRunTable({ kept }: Pick<StoredNumbers, 'kept'>): FixedTable {
  const [values, steps] = [NAME, STEPS].map(name => kept.get(name)?.data)
  if (values instanceof Int8Array && steps instanceof Float32Array) return { values, steps }
  throw new Error(`no tensor ${NAME}`)
}

/** As vectors: what another training may start from. */
export function storedSubwords(
  { runs, ...scheme }: SubwordRuns,
  dim: number,
  numbers: Pick<StoredNumbers, 'kept'>,
): SubwordTable {
  const { values, steps } = storedRunTable(numbers)
  const matrix = Float32Array.from(
    { length: runs.length * dim },
    (_, i) => values[i + dim] * steps[1 + Math.floor(i / dim)],
  )
  return { scheme, buckets: Int32Array.from(runs), matrix }
}

/** Overwrites a row with the mean of a word's runs. */
export function writeComposed(
  { values, steps }: FixedTable,
  runs: RunIds,
  dim: number,
  { data, stride, offset }: FeatureColumns,
  row: number,
): void {
  const to = row * stride + offset
  data.fill(0, to, to + dim)
  for (const run of runs) for (let d = 0; d < dim; d++) data[to + d] += values[run * dim + d] * steps[run]
  for (let d = 0; d < dim; d++) data[to + d] /= runs.length
}

/** @returns float32 `[distinct, dim]`: zeros for words that are not composed */
export function composedInGraph(
  g: GraphBuilder,
  context: Pick<InferenceContext, 'stored' | 'kept'>,
  { size, dim, table }: { readonly size: number; readonly dim: number; readonly table?: FixedTable },
): Value {
  const ids = g.input(IDS, 'int32', ['composed', 'runs'])
  const which = g.input(WHICH, 'int32', ['distinct'])
  const tensor = (name: string, type: 'int8' | 'float32', shape: readonly number[], data?: TensorData) =>
    context.stored(name, data ? { type, shape, data } : context.kept(name, type, shape))
  const rounded = tensor(NAME, 'int8', [size, dim], table?.values)
  const steps = tensor(STEPS, 'float32', [size, 1], table?.steps)
  const rows = g.mul(g.cast(g.gather(rounded, ids), 'float32'), g.gather(steps, ids)) // [composed, runs, dim]
  const isRun = g.cast(g.greater(ids, 0), 'float32')
  const count = g.max(g.reduceSum(isRun, [1], { keepDims: true }), 1) // [composed, 1]
  return g.gather(g.div(g.reduceSum(rows, [1]), count), which)
}

/** Composed words by their runs, after one without any for all the others. */
export function feedRuns(ids: readonly (number | RunIds)[]): Readonly<Record<string, Tensor>> {
  const composed = ids.filter(id => typeof id !== 'number')
  const width = composed.reduce((most, runs) => Math.max(most, runs.length), 1)
  const rows = new Int32Array((composed.length + 1) * width)
  for (const [i, runs] of composed.entries()) rows.set(runs, (i + 1) * width)
  let next = 1
  const which = Int32Array.from(ids, id => (typeof id === 'number' ? 0 : next++))
  return {
    [IDS]: idTensor([composed.length + 1, width], rows),
    [WHICH]: idTensor([ids.length], which),
  }
}
