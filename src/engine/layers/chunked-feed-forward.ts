/**
 * The feed-forward part of a transformer layer (Vaswani et al. 2017, §3.3), worked on in chunks of tokens (Kitaev, Kaiser
 * & Levskaya 2020, §3), so that the wide layer in the middle never stands in memory for all tokens at once. The backward
 * pass computes it again, chunk by chunk, and keeps nothing but the input.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface FeedForwardWeights {
  /** `[width, hidden]` */
  readonly inner: Value
  /** `[hidden]` */
  readonly innerBias: Value
  /** `[hidden, width]` */
  readonly outer: Value
  /** `[width]` */
  readonly outerBias: Value
}

/**
 * relu(x · inner + innerBias) · outer + outerBias.
 *
 * @param x `[batch, time, width]`
 * @param chunk tokens at once, of all sentences side by side, at least 1
 * @returns as x
 * @example
 * const y = chunkedFeedForward(g, x, { inner, innerBias, outer, outerBias }, 1024)
 */
export function chunkedFeedForward(
  g: GraphBuilder,
  x: Value,
  weights: FeedForwardWeights,
  chunk: number,
): Value {
  const { inner, innerBias, outer, outerBias } = weights
  return g.inLayer('feed-forward', () => {
    const cut = (b: GraphBuilder, value: Value) => toChunks(b, value, chunk)
    const {
      outputs: [rows],
    } = g.scan({ states: [], sequences: [{ value: cut(g, x) }] }, (body, _states, [slice]) => {
      const middle = body.relu(body.add(body.matMul(slice, inner), innerBias))
      return { states: [], outputs: [body.add(body.matMul(middle, outer), outerBias)] }
    })
    const [y] = g.withGradient({
      inputs: [x, inner, innerBias, outer, outerBias],
      outputs: [fromChunks(g, rows, x)],
      backward: (b, [dY]) => {
        if (!dY) return [null, null, null, null, null]
        const zeros = [inner, innerBias, outer].map(value => b.constantOfShape(b.shape(value), 0))
        const { states, outputs } = b.scan(
          { states: zeros, sequences: [{ value: cut(b, x) }, { value: cut(b, dY) }] },
          (body, [dInner, dInnerBias, dOuter], [slice, d]) => {
            const middle = body.relu(body.add(body.matMul(slice, inner), innerBias))
            const dMiddle = body.where(body.greater(middle, 0), body.matMul(d, outer, { transB: true }), 0)
            return {
              states: [
                body.add(dInner, body.matMul(slice, dMiddle, { transA: true })),
                body.add(dInnerBias, body.reduceSum(dMiddle, [0])),
                body.add(dOuter, body.matMul(middle, d, { transA: true })),
              ],
              outputs: [body.matMul(dMiddle, inner, { transB: true })],
            }
          },
        )
        return [fromChunks(b, outputs[0], x), ...states, b.reduceSum(dY, [0, 1])]
      },
    })
    return y
  })
}

/** `[batch, time, width]` to `[chunks, tokens, width]`; what is missing of the last one is zero. */
function toChunks(g: GraphBuilder, x: Value, chunk: number): Value {
  const width = g.shape(x, { start: 2, end: 3 })
  const rows = g.flatten(x, 2)
  const count = g.shape(rows, { start: 0, end: 1 })
  const size = g.min(count, g.int64([chunk]))
  const chunks = g.div(g.sub(g.add(count, size), 1), size)
  const spare = g.constantOfShape(g.concat([g.sub(g.mul(chunks, size), count), width], 0))
  return g.reshapeTo(g.concat([rows, spare], 0), g.concat([chunks, size, width], 0))
}

function fromChunks(g: GraphBuilder, chunks: Value, like: Value): Value {
  const width = g.shape(like, { start: 2, end: 3 })
  const rows = g.reshapeTo(chunks, g.concat([g.int64([-1]), width], 0))
  const count = g.shape(g.flatten(like, 2), { start: 0, end: 1 })
  const zero = g.int64([0])
  return g.reshapeTo(g.op('Slice', [rows, zero, count, zero])[0], g.shape(like))
}
