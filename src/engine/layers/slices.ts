/** Work on rows that is done slice by slice, so that what passes between its operators stays in a processor's cache. */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/** Most rows of a slice that has several sequences: enough for an operator to be worth its start, few enough for the cache. */
const MOST_ROWS = 192
/** How many sequences a slice may have. */
const SIZES = [1, 2, 4, 8, 16]

export interface SliceResults {
  /** Of the slice's rows: `[rows, …]`. */
  readonly rows: readonly Value[]
  /** One of each slice. */
  readonly others: readonly Value[]
}

/**
 * Computes rows from rows in a loop.
 *
 * @param values `[batch, time, features]` each, of one batch and time
 * @param make from slices `[rows, features]` of the values
 * @returns `rows` as `[batch, time, …]`, then `others` as `[slices, …]`
 * @example
 * const [y] = inSlices(g, [x], (body, [slice]) => ({ rows: [body.tanh(slice)], others: [] }))
 */
export function inSlices(
  g: GraphBuilder,
  values: readonly Value[],
  make: (body: GraphBuilder, slices: readonly Value[]) => SliceResults,
): readonly Value[] {
  const [first] = values
  const counts = sliceCounts(g, first)
  const features = (value: Value) => g.shape(value, { start: 2, end: 3 })
  const sequences = values.map(value => ({
    value: g.reshapeTo(value, g.concat([counts, features(value)], 0)),
  }))
  let rows = 0
  const { outputs } = g.scan({ states: [], sequences }, (body, _, slices) => {
    const made = make(body, slices)
    rows = made.rows.length
    return { states: [], outputs: [...made.rows, ...made.others] }
  })
  const whole = g.shape(first, { start: 0, end: 2 })
  return outputs.map((value, i) =>
    i < rows ? g.reshapeTo(value, g.concat([whole, features(value)], 0)) : value,
  )
}

/** How many slices, and rows of each: int64 `[2]`. Whole sequences of a number that divides the batch. */
function sliceCounts(g: GraphBuilder, x: Value): Value {
  const [batch, time] = g.split(g.shape(x, { start: 0, end: 2 }), [1, 1], 0)
  const sizes = g.int64(SIZES)
  const fits = g.and(
    g.equal(g.mod(batch, sizes), g.int64([0])),
    g.lessOrEqual(g.mul(sizes, time), g.int64([MOST_ROWS])),
  )
  const size = g.apply('ReduceMax', [g.where(fits, sizes, g.int64([1]))], { axes: [0], keepdims: 1 })
  return g.concat([g.div(batch, size), g.mul(size, time)], 0)
}
