/**
 * Shared-query-key attention by locality-sensitive hashing (Kitaev, Kaiser & Levskaya 2020, "Reformer"), forward and
 * backward pass.
 *
 * Queries serve as keys, normalized to unit length. Steps are sorted by hash bucket, the sorted order is cut into chunks,
 * and a step attends to its own chunk and the neighbors, whatever their buckets (as in trax and in Hugging Face's
 * Reformer); to itself only where there is nothing else (−10⁵). Several rounds of hashing are combined by their
 * log-sum-exp: the result is one softmax over all that a step sees in all rounds, in which a step seen in several rounds
 * counts several times (as in trax's `LSHSelfAttention`; the paper's appendix divides by the count).
 * No chunk wraps around: the first one has nothing before it. Padding is sorted to the end; it is never seen, and its own
 * results are zero.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { countTo, joined, type LshLayout, type LshOrder, type LshSize } from './lsh-order.js'

/** Added to a query's squared length, so that a zero query has a direction. */
const EPSILON = 1e-6

/** What attends to what, in sorted order; all begin with `[batch, heads · rounds, chunks, chunk, …]`. */
interface Looks {
  /** `[…, dim]` */
  readonly query: Value
  readonly key: Value
  /** 1 / length of each query, `[…, 1]`. */
  readonly inverse: Value
  /** `[…, seen · chunk]`: the softmax within a round. */
  readonly weights: Value
  /** Of each round in a step's result, `[batch, time, heads, rounds, 1]`. */
  readonly shares: Value
}

interface Pass extends Looks {
  /** As the query. */
  readonly value: Value
  /** `[batch, time, heads, dim]` */
  readonly output: Value
}

/**
 * @param queries `[batch, time, heads, dim]`
 * @param values the same
 * @param order of `lshSort` for the same queries
 * @param layout of `lshLayout` for the same sizes
 * @returns `[batch, time, heads, dim]`, zero at padding
 * @example
 * const layout = lshLayout(g, queries, lengths, size)
 * const y = lshAttention(g, queries, values, lshSort(g, queries, rotations, layout, size), layout, size)
 */
export function lshAttention(
  g: GraphBuilder,
  queries: Value,
  values: Value,
  order: LshOrder,
  layout: LshLayout,
  size: LshSize,
): Value {
  return g.inLayer('lsh-attention', () => {
    const pass = forward(g, queries, values, order, layout, size)
    const [output] = g.withGradient({
      inputs: [queries, values],
      outputs: [pass.output],
      backward: (b, [dY]) => (dY ? backward(b, pass, dY, order, layout, size) : [null, null]),
    })
    return output
  })
}

/** `[batch, time, heads, n]` in sorted order. */
function sortRows(g: GraphBuilder, x: Value, n: number, { rowAt }: LshOrder): Value {
  return g.gather(g.reshape(x, [-1, n]), rowAt)
}

/** Sorted rows back in time order: `[batch, time, heads, rounds, n]`. */
function unsortRows(g: GraphBuilder, sorted: Value, n: number, { placeOf }: LshOrder): Value {
  return g.gather(g.reshape(sorted, [-1, n]), placeOf)
}

/** What each chunk sees, side by side: `[batch, heads · rounds, chunks, seen · chunk, dim]`. */
function view(g: GraphBuilder, sorted: Value, layout: LshLayout, { dim }: LshSize): Value {
  const { neighbors, chunks, seen, chunk, batch } = layout
  const shape = joined(g, [batch, g.int64([-1]), chunks, g.mul(seen, chunk), g.int64([dim])])
  return g.reshapeTo(g.gather(sorted, neighbors, { axis: 2 }), shape)
}

/** The gradient of `view`: the sum over all that see a chunk. */
function unview(g: GraphBuilder, d: Value, layout: LshLayout, { dim }: LshSize): Value {
  const { seenBy, chunks, seen, chunk, batch } = layout
  const shape = joined(g, [batch, g.int64([-1]), g.mul(chunks, seen), chunk, g.int64([dim])])
  return g.reduceSum(g.gather(g.reshapeTo(d, shape), seenBy, { axis: 2 }), [3])
}

function looks(g: GraphBuilder, queries: Value, order: LshOrder, layout: LshLayout, size: LshSize): Looks {
  const query = sortRows(g, queries, size.dim, order)
  const square = g.reduceSum(g.mul(query, query), [-1], { keepDims: true })
  const inverse = g.reciprocal(g.sqrt(g.add(square, EPSILON)))
  const key = g.mul(query, inverse)
  const products = g.matMul(query, view(g, key, layout, size), { transB: true })
  const logits = g.add(products, layout.bias)
  const weights = g.softmax(logits, -1)
  // The sum follows from the largest logit's share of it
  const highest = (x: Value) => g.reduceMax(x, [-1], { keepDims: true })
  const logSum = g.sub(highest(logits), g.log(highest(weights)))
  return { query, key, inverse, weights, shares: g.softmax(unsortRows(g, logSum, 1, order), 3) }
}

function forward(
  g: GraphBuilder,
  queries: Value,
  values: Value,
  order: LshOrder,
  layout: LshLayout,
  size: LshSize,
): Pass {
  const found = looks(g, queries, order, layout, size)
  const value = sortRows(g, values, size.dim, order)
  const results = unsortRows(g, g.matMul(found.weights, view(g, value, layout, size)), size.dim, order)
  const all = g.reduceSum(g.mul(results, found.shares), [3])
  return { ...found, value, output: g.where(layout.isInsideAt, all, 0) }
}

/** Each sorted query's share of its round in the result, 0 at padding: `[batch, heads · rounds, chunks, chunk, 1]`. */
function sortedShares(
  g: GraphBuilder,
  shares: Value,
  order: LshOrder,
  layout: LshLayout,
  { heads }: LshSize,
): Value {
  const lines = g.mul(layout.rounds, heads) // of sorted rows, round by round within a head
  const round = g.unsqueeze(g.mod(countTo(g, lines), layout.rounds), [1, 2])
  const row = g.add(g.mul(g.cast(order.rowAt, 'int64'), layout.rounds), round)
  return g.where(layout.isInside, g.gather(g.reshape(shares, [-1, 1]), row), 0)
}

/**
 * The weights of `lshAttention` as a full matrix, all rounds together: how much each step takes of each other one. It
 * needs the memory that LSH attention saves, so it is for inspecting short sequences.
 *
 * @returns `[batch, heads, time, time]`: rows sum to one, but rows of padding are zero
 */
export function lshAttentionWeights(
  g: GraphBuilder,
  queries: Value,
  order: LshOrder,
  layout: LshLayout,
  size: LshSize,
): Value {
  return g.inLayer('lsh-attention', () => {
    const { weights, shares } = looks(g, queries, order, layout, size)
    const { time, batch, chunks, chunk, seen } = layout
    const own = g.mul(weights, sortedShares(g, shares, order, layout, size))
    const position = g.mod(g.div(g.cast(order.rowAt, 'int64'), size.heads), time)
    const seenShape = joined(g, [batch, g.int64([-1]), chunks, g.int64([1]), g.mul(seen, chunk)])
    const seenAt = g.reshapeTo(g.gather(position, layout.neighbors, { axis: 2 }), seenShape)
    const line = (x: Value) => g.reshapeTo(x, joined(g, [g.int64([-1]), g.mul(seen, chunk)]))
    const places = line(g.expandTo(seenAt, g.shape(own)))
    const slots = g.shape(places, { start: 0, end: 1 })
    const none = g.constantOfShape(joined(g, [slots, time]))
    const rows = g.scatterElements(none, places, line(own), { axis: 1, reduction: 'add' }) // [slots, time]
    const rounds = g.gather(rows, order.placeOf) // [batch, time, heads, rounds, time]
    return g.transpose(g.reduceSum(rounds, [3]), [0, 2, 1, 3])
  })
}

/** The gradient of one softmax over all rounds: dlogit = P · (dY·v − dY·y). */
function backward(
  g: GraphBuilder,
  pass: Pass,
  dY: Value,
  order: LshOrder,
  layout: LshLayout,
  size: LshSize,
): [Value, Value] {
  const { dim } = size
  const { query, key, value, inverse, weights, shares, output } = pass
  const share = sortedShares(g, shares, order, layout, size)
  const dResult = g.mul(sortRows(g, dY, dim, order), share)
  const along = g.mul(sortRows(g, g.reduceSum(g.mul(dY, output), [-1], { keepDims: true }), 1, order), share)
  const dWeights = g.matMul(dResult, view(g, value, layout, size), { transB: true })
  const dLogits = g.mul(weights, g.sub(dWeights, along))
  const dValue = unview(g, g.matMul(weights, dResult, { transA: true }), layout, size)
  const dKey = unview(g, g.matMul(dLogits, query, { transA: true }), layout, size)
  const radial = g.mul(key, g.reduceSum(g.mul(key, dKey), [-1], { keepDims: true }))
  const dQuery = g.add(g.matMul(dLogits, view(g, key, layout, size)), g.mul(g.sub(dKey, radial), inverse))
  const back = (d: Value) => g.reduceSum(unsortRows(g, d, dim, order), [3])
  return [back(dQuery), back(dValue)]
}
