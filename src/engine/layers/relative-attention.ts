/**
 * Disentangled attention (He et al. 2021): besides the states, their distance has a say in what a query takes of a key. A
 * score is q·k + q·K(i − j) + k·Q(i − j), where K and Q are projections of a table of distances that all layers share.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { linearLast } from './linear.js'

export interface Distances {
  /** Rows of the table for the distances 1 − time … time − 1 of a query from a key, `[2·time − 1, width]`. */
  readonly rising: Value
  /** The same for time − 1 … 1 − time. */
  readonly falling: Value
}

/** How distances are put into the rows of a table. */
export interface DistanceTable {
  /** Rows for distances to either side: the table has twice as many. */
  readonly span: number
  /**
   * Distances up to half the span have rows of their own, those beyond share rows by their logarithm, up to this distance.
   * `null`: all have their own, and those beyond the span the last.
   */
  readonly longest: number | null
}

/** The distances that are told apart: those beyond are as far as the last. */
const MOST = 4096

/**
 * The rows of a table for all distances in a sequence.
 *
 * @param x a value with `time` as its axis 1
 * @param table `[2·span, width]`
 */
export function distanceRows(g: GraphBuilder, x: Value, table: Value, size: DistanceTable): Distances {
  return g.inLayer('distances', () => {
    const rows = BigInt64Array.from({ length: 2 * MOST - 1 }, (_, i) => BigInt(rowOf(i - MOST + 1, size)))
    const known = g.constantTensor({ type: 'int64', shape: [rows.length], data: rows })
    const one = g.scalar(1, 'int64')
    const time = g.gather(g.shape(x), one)
    const distances = g.range(g.sub(one, time), time, one)
    const at = (distance: Value) =>
      g.min(
        g.max(g.add(distance, g.scalar(MOST - 1, 'int64')), g.scalar(0, 'int64')),
        g.scalar(2 * MOST - 2, 'int64'),
      )
    const negative = g.sub(g.scalar(0, 'int64'), distances)
    return {
      rising: g.gather(table, g.gather(known, at(distances))),
      falling: g.gather(table, g.gather(known, at(negative))),
    }
  })
}

/** The row of a distance: `make_log_bucket_position` of PyPI's `transformers`, in floats of 32 bits as there. */
export function rowOf(distance: number, { span, longest }: DistanceTable): number {
  let bucket = distance
  const middle = Math.floor(span / 2)
  const size = Math.abs(distance)
  if (longest !== null && size > middle) {
    const f = Math.fround
    const share = f(f(Math.log(f(size / middle))) / f(Math.log(f((longest - 1) / middle))))
    bucket = Math.sign(distance) * (Math.ceil(f(share * (middle - 1))) + middle)
  }
  return Math.min(2 * span - 1, Math.max(0, bucket + span))
}

export interface RelativeTerms {
  /** Whether a query looks at distances, and whether a key does. */
  readonly query: boolean
  readonly key: boolean
}

/**
 * What distances add to the scores of a layer, before they are scaled.
 *
 * @param query `[batch, heads, time, features]`
 * @param key as query
 * @param qkv of the layer, `[width, 3·width]`, with its bias
 * @returns `[batch, heads, time, time]`
 */
export function relativeScores(
  g: GraphBuilder,
  { query, key }: { readonly query: Value; readonly key: Value },
  { qkv, qkvBias }: { readonly qkv: Value; readonly qkvBias: Value | null },
  { rising, falling }: Distances,
  { heads, width, terms }: { readonly heads: number; readonly width: number; readonly terms: RelativeTerms },
): Value | null {
  return g.inLayer('relative-attention', () => {
    const [queries, keys] = g.split(qkv, [width, width, width], 1)
    const [queryBias, keyBias] = qkvBias ? g.split(qkvBias, [width, width, width], 0) : [null, null]
    const ofHeads = (rows: Value, weight: Value, bias: Value | null) =>
      g.transpose(g.reshape(linearLast(g, rows, weight, bias), [-1, heads, width / heads]), [1, 0, 2])
    const parts: Value[] = []
    if (terms.query)
      parts.push(skewed(g, g.matMul(query, ofHeads(falling, keys, keyBias), { transB: true }), query))
    if (terms.key) {
      const turned = skewed(g, g.matMul(key, ofHeads(rising, queries, queryBias), { transB: true }), key)
      parts.push(g.transpose(turned, [0, 1, 3, 2]))
    }
    return parts.length === 0 ? null : parts.reduce((a, b) => g.add(a, b))
  })
}

/**
 * Cell j of row i from cell j − i + time − 1 (Dai et al. 2019, appendix B): rows move by one more step each.
 *
 * @param x `[batch, heads, time, 2·time − 1]`
 * @param like `[batch, heads, time, …]`
 * @returns `[batch, heads, time, time]`
 */
function skewed(g: GraphBuilder, x: Value, like: Value): Value {
  const sizes = (b: GraphBuilder) => {
    const part = (axis: number) => b.shape(like, { start: axis, end: axis + 1 })
    return { lead: b.shape(like, { start: 0, end: 2 }), time: part(2), rest: b.int64([-1]) }
  }
  const forward = (b: GraphBuilder): Value => {
    const { lead, time, rest } = sizes(b)
    const padded = b.pad(x, [0, 0, 0, 1, 0, 0, 0, 0])
    const rows = b.reshapeTo(padded, b.concat([lead, rest, time], 0)) // [batch, heads, 2·time, time]
    const dropped = b.slice(rows, { axis: 2, start: 1 })
    const again = b.reshapeTo(dropped, b.concat([lead, time, rest], 0)) // [batch, heads, time, 2·time − 1]
    return b.op('Slice', [again, b.int64([0]), time, b.int64([3])])[0]
  }
  const [output] = g.withGradient({
    inputs: [x],
    outputs: [forward(g)],
    backward: (b, [dY]) => {
      if (!dY) return [null]
      const { lead, time, rest } = sizes(b)
      const pads = b.concat([b.int64([0, 0, 0, 0, 0, 0, 0]), b.sub(time, b.int64([1]))], 0)
      const wide = b.padBy(dY, pads) // [batch, heads, time, 2·time − 1]
      const rows = b.pad(b.reshapeTo(wide, b.concat([lead, rest, time], 0)), [0, 0, 1, 0, 0, 0, 0, 0])
      const back = b.reshapeTo(rows, b.concat([lead, time, rest], 0)) // [batch, heads, time, 2·time]
      return [b.slice(back, { axis: 3, start: 1 })]
    },
  })
  return output
}
