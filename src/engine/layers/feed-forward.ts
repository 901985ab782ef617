import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { biasedGelu } from './gelu.js'
import { linearLast } from './linear.js'
import { bias, type LayerParameter, matrix } from './parameters.js'

/** `gelu-tanh` approximates x·Φ(x) by a hyperbolic tangent (Hendrycks & Gimpel 2016). */
export type Activation = 'relu' | 'gelu' | 'gelu-tanh'

export interface FeedForwardWeights<T = Value> {
  /** `[width, hidden]` */
  readonly hidden: T
  /** `[hidden]` */
  readonly hiddenBias: T
  /** `[hidden, width]` */
  readonly output: T
  /** `[width]` */
  readonly outputBias: T
}

export function feedForwardParameters(width: number, hidden: number): FeedForwardWeights<LayerParameter> {
  return {
    hidden: matrix([width, hidden]),
    hiddenBias: bias([hidden]),
    output: matrix([hidden, width]),
    outputBias: bias([width]),
  }
}

const ACTIVATE: { readonly [Name in Activation]: (g: GraphBuilder, x: Value) => Value } = {
  relu: (g, x) => g.relu(x),
  gelu: (g, x) => g.gelu(x),
  'gelu-tanh': (g, x) => {
    const cubed = g.mul(g.mul(x, x), x)
    const inner = g.mul(g.add(x, g.mul(cubed, 0.044715)), Math.sqrt(2 / Math.PI))
    return g.mul(g.mul(x, 0.5), g.add(g.tanh(inner), 1))
  },
}

export function activate(g: GraphBuilder, x: Value, activation: Activation): Value {
  return ACTIVATE[activation](g, x)
}

/**
 * The feed-forward part of a transformer (Vaswani et al. 2017, §3.3), applied to each step by itself. GELU is the exact
 * one, x·Φ(x) (Hendrycks & Gimpel 2016).
 *
 * @param x `[…, width]`
 * @param dropout of the hidden features: `[…, hidden]`, 0 or 1/(1−p), from outside; `null` for none
 * @returns `[…, width]`
 */
export function feedForward(
  g: GraphBuilder,
  x: Value,
  weights: FeedForwardWeights,
  activation: Activation,
  dropout: Value | null = null,
): Value {
  return g.inLayer('feed-forward', () => {
    const hidden =
      activation === 'gelu'
        ? biasedGelu(g, linearLast(g, x, weights.hidden, null), weights.hiddenBias)
        : activate(g, linearLast(g, x, weights.hidden, weights.hiddenBias), activation)
    return linearLast(g, dropout ? g.mul(hidden, dropout) : hidden, weights.output, weights.outputBias)
  })
}

/**
 * The same with ReLU, computed in chunks of steps (Kitaev, Kaiser & Levskaya 2020, §3), so that the wide hidden layer is
 * never in memory for all steps at once. The backward pass computes it again, chunk by chunk, and keeps only the input.
 *
 * @param x `[batch, time, width]`
 * @param chunk steps at once, of all sequences side by side, at least 1
 * @returns as x
 * @example
 * const y = chunkedFeedForward(g, x, { hidden, hiddenBias, output, outputBias }, 1024)
 */
export function chunkedFeedForward(
  g: GraphBuilder,
  x: Value,
  weights: FeedForwardWeights,
  chunk: number,
): Value {
  const { hidden, hiddenBias, output, outputBias } = weights
  return g.inLayer('feed-forward', () => {
    const cut = (b: GraphBuilder, value: Value) => toChunks(b, value, chunk)
    const middle = (b: GraphBuilder, slice: Value) => b.relu(b.add(b.matMul(slice, hidden), hiddenBias))
    const forward = g.scan({ states: [], sequences: [{ value: cut(g, x) }] }, (body, _states, [slice]) => ({
      states: [],
      outputs: [body.add(body.matMul(middle(body, slice), output), outputBias)],
    }))
    const [y] = g.withGradient({
      inputs: [x, hidden, hiddenBias, output, outputBias],
      outputs: [fromChunks(g, forward.outputs[0], x)],
      backward: (b, [dY]) => {
        if (!dY) return [null, null, null, null, null]
        const zeros = [hidden, hiddenBias, output].map(value => b.constantOfShape(b.shape(value), 0))
        const { states, outputs } = b.scan(
          { states: zeros, sequences: [{ value: cut(b, x) }, { value: cut(b, dY) }] },
          (body, [dHidden, dHiddenBias, dOutput], [slice, d]) => {
            const made = middle(body, slice)
            const dMade = body.where(body.greater(made, 0), body.matMul(d, output, { transB: true }), 0)
            return {
              states: [
                body.add(dHidden, body.matMul(slice, dMade, { transA: true })),
                body.add(dHiddenBias, body.reduceSum(dMade, [0])),
                body.add(dOutput, body.matMul(made, d, { transA: true })),
              ],
              outputs: [body.matMul(dMade, hidden, { transB: true })],
            }
          },
        )
        return [fromChunks(b, outputs[0], x), ...states, b.reduceSum(dY, [0, 1])]
      },
    })
    return y
  })
}

/** `[batch, time, width]` to `[chunks, steps, width]`; the last chunk is filled up with zeros. */
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
