/**
 * Shared-query-key attention by locality-sensitive hashing (Kitaev, Kaiser & Levskaya 2020, "Reformer"), forward and
 * backward pass.
 *
 * Queries serve as keys, normalised to unit length. Tokens are sorted by hash bucket, the sorted order is cut into
 * chunks, and a token attends to its own chunk and its neighbours', whatever their buckets (as in trax and in
 * Hugging Face's Reformer); to itself only where it has no one else (−10⁵). Several rounds of hashing are combined by
 * their log-sum-exp: the result is one softmax over all that a token sees in all rounds, in which what it sees in
 * several rounds counts as often (trax's `LSHSelfAttention`; the paper's appendix divides by the count).
 * No chunk wraps around: the first one has nothing behind it. Padding is sorted to the end; it is not seen, and
 * what it would see is set to zero.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { countTo, joined, type LshLayout, type LshSize } from './lsh-layout.js'
import type { LshOrder } from './lsh-sort.js'

/** Added to a query's squared length, so that a zero query has a direction. */
const EPSILON = 1e-6

interface Sorted {
  /** All `[batch, heads · rounds, chunks, chunk, dim]`. */
  readonly query: Value
  readonly key: Value
  readonly value: Value
  /** 1 / length of each query, last axis 1. */
  readonly inverse: Value
  /** `[batch, heads · rounds, chunks, chunk, seen · chunk]`: the softmax within a round. */
  readonly weights: Value
}

interface Pass {
  readonly sorted: Sorted
  /** Of each round in a token's result, `[batch, time, heads, rounds, 1]`. */
  readonly shares: Value
  /** `[batch, time, heads, dim]` */
  readonly output: Value
}

/**
 * @param queries `[batch, time, heads, dim]`
 * @param values the same
 * @param order by `lshSort` from the same queries
 * @param layout by `lshLayout` from the same sizes
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

/** `[batch, time, heads, n]` as it stands sorted. */
function sortRows(g: GraphBuilder, x: Value, n: number, { rowAt }: LshOrder): Value {
  return g.gather(g.reshape(x, [-1, n]), rowAt)
}

/** Sorted rows back in reading order: `[batch, time, heads, rounds, n]`. */
function unsortRows(g: GraphBuilder, sorted: Value, n: number, { placeOf }: LshOrder): Value {
  return g.gather(g.reshape(sorted, [-1, n]), placeOf)
}

/** What each chunk sees, side by side: `[batch, heads · rounds, chunks, seen · chunk, dim]`. */
function view(g: GraphBuilder, sorted: Value, layout: LshLayout, { dim }: LshSize): Value {
  const { neighbours, chunks, seen, chunk, batch } = layout
  const shape = joined(g, [batch, g.int64([-1]), chunks, g.mul(seen, chunk), g.int64([dim])])
  return g.reshapeTo(g.gather(sorted, neighbours, { axis: 2 }), shape)
}

/** The gradient of `view`: what arrives at each chunk from all that see it. */
function unview(g: GraphBuilder, d: Value, layout: LshLayout, { dim }: LshSize): Value {
  const { seenBy, chunks, seen, chunk, batch } = layout
  const shape = joined(g, [batch, g.int64([-1]), g.mul(chunks, seen), chunk, g.int64([dim])])
  return g.reduceSum(g.gather(g.reshapeTo(d, shape), seenBy, { axis: 2 }), [3])
}

function forward(
  g: GraphBuilder,
  queries: Value,
  values: Value,
  order: LshOrder,
  layout: LshLayout,
  size: LshSize,
): Pass {
  const { dim } = size
  const query = sortRows(g, queries, dim, order)
  const value = sortRows(g, values, dim, order)
  const square = g.reduceSum(g.mul(query, query), [-1], { keepDims: true })
  const inverse = g.reciprocal(g.sqrt(g.add(square, EPSILON)))
  const key = g.mul(query, inverse)
  const products = g.matMul(query, view(g, key, layout, size), { transB: true })
  const logits = g.add(products, layout.bias)
  const weights = g.softmax(logits, -1)
  // The largest logit's share of the sum tells the sum
  const highest = (x: Value) => g.reduceMax(x, [-1], { keepDims: true })
  const logSum = g.sub(highest(logits), g.log(highest(weights)))
  const answers = unsortRows(g, g.matMul(weights, view(g, value, layout, size)), dim, order)
  const sums = unsortRows(g, logSum, 1, order) // [batch, time, heads, rounds, 1]
  const shares = g.softmax(sums, 3)
  const all = g.reduceSum(g.mul(answers, shares), [3])
  const output = g.where(layout.isTokenAt, all, 0)
  return {
    sorted: { query, key, value, inverse, weights },
    shares,
    output,
  }
}

/** As of one softmax over all rounds: dlogit = P · (dY·v − dY·y). */
function backward(
  g: GraphBuilder,
  { sorted, shares, output }: Pass,
  dY: Value,
  order: LshOrder,
  layout: LshLayout,
  size: LshSize,
): [Value, Value] {
  const { dim } = size
  const { query, key, value, inverse, weights } = sorted
  const lines = g.mul(layout.rounds, size.heads) // of sorted rows, round by round within a head
  const round = g.unsqueeze(g.mod(countTo(g, lines), layout.rounds), [1, 2])
  const ownShare = g.gather(
    g.reshape(shares, [-1, 1]),
    g.add(g.mul(g.cast(order.rowAt, 'int64'), layout.rounds), round),
  )
  const share = g.where(layout.isToken, ownShare, 0)
  const dAnswer = g.mul(sortRows(g, dY, dim, order), share)
  const along = g.mul(sortRows(g, g.reduceSum(g.mul(dY, output), [-1], { keepDims: true }), 1, order), share)
  const dWeights = g.matMul(dAnswer, view(g, value, layout, size), { transB: true })
  const dLogits = g.mul(weights, g.sub(dWeights, along))
  const dValue = unview(g, g.matMul(weights, dAnswer, { transA: true }), layout, size)
  const dKey = unview(g, g.matMul(dLogits, query, { transA: true }), layout, size)
  const radial = g.mul(key, g.reduceSum(g.mul(key, dKey), [-1], { keepDims: true }))
  const dQuery = g.add(g.matMul(dLogits, view(g, key, layout, size)), g.mul(g.sub(dKey, radial), inverse))
  const back = (d: Value) => g.reduceSum(unsortRows(g, d, dim, order), [3])
  return [back(dQuery), back(dValue)]
}
