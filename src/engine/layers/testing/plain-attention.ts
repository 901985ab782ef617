/** Attention and transformers of plain operators, head by head, with weights taken apart: slow twins of the layers. */
import type { GraphBuilder } from '../../graph/builder.js'
import type { Value } from '../../graph/value.js'
import type { AdditiveWeights } from '../additive-attention.js'
import type { MultiHeadSize, MultiHeadWeights } from '../attention.js'
import type { Activation, FeedForwardWeights } from '../feed-forward.js'
import type {
  NormWeights,
  TransformerDropout,
  TransformerLayer,
  TransformerSize,
  TransformerWeights,
} from '../transformer.js'

export interface PlainContext {
  /** bool `[batch, time]` */
  readonly mask: Value
  /** `[time, features of a head / 2]`: what rotary positions turn by. */
  readonly angles?: Value | null
}

/** `exp(scores)` at keys over its sum: no maximum taken off, no large negative numbers. */
export function plainWeights(g: GraphBuilder, scores: Value, mask: Value): Value {
  const chances = g.mul(g.exp(scores), g.cast(g.unsqueeze(mask, [1]), 'float32'))
  return g.div(chances, g.reduceSum(chances, [2], { keepDims: true }))
}

/** One head. q, k `[batch, time, features]`. Returns what it takes and the weights `[batch, time, time]`. */
export function plainHead(
  g: GraphBuilder,
  [q, k, v]: readonly Value[],
  mask: Value,
  scale: number,
  dropout?: Value | null,
): readonly [output: Value, weights: Value] {
  const scores = g.mul(g.matMul(q, g.transpose(k, [0, 2, 1])), scale)
  const weights = plainWeights(g, scores, mask)
  return [g.matMul(dropout ? g.mul(weights, dropout) : weights, v), weights]
}

/** Feature by feature: the pair (a, b) turned by an angle is (a·cos − b·sin, a·sin + b·cos). */
function plainRotation(g: GraphBuilder, x: Value, angles: Value, features: number): Value {
  const half = features / 2
  const column = (value: Value, axis: number, at: number) => g.slice(value, { axis, start: at, end: at + 1 })
  const turned = Array.from({ length: features }, (_, i) => {
    const a = column(x, 2, i % half)
    const b = column(x, 2, (i % half) + half)
    const angle = column(angles, 1, i % half)
    const [cos, sin] = [g.cos(angle), g.sin(angle)]
    return i < half ? g.sub(g.mul(a, cos), g.mul(b, sin)) : g.add(g.mul(a, sin), g.mul(b, cos))
  })
  return g.concat(turned, 2)
}

export function plainMultiHead(
  g: GraphBuilder,
  x: Value,
  w: MultiHeadWeights,
  { heads, dim }: MultiHeadSize,
  { mask, angles }: PlainContext,
  dropout?: Value | null,
): { readonly output: Value; readonly weights: Value } {
  const each = dim / heads
  const shown: Value[] = []
  let output: Value | undefined
  for (let head = 0; head < heads; head++) {
    const parts = [0, 1, 2].map(part => {
      const start = part * dim + head * each
      const cut = (value: Value, axis: number) => g.slice(value, { axis, start, end: start + each })
      const y = g.matMul(x, cut(w.qkv, 1))
      const shifted = w.qkvBias ? g.add(y, cut(w.qkvBias, 0)) : y
      return angles && part < 2 ? plainRotation(g, shifted, angles, each) : shifted
    })
    const dropped = dropout && g.squeeze(g.slice(dropout, { axis: 1, start: head, end: head + 1 }), [1])
    const [taken, weights] = plainHead(g, parts, mask, 1 / Math.sqrt(each), dropped)
    const rows = g.slice(w.output, { axis: 0, start: head * each, end: (head + 1) * each })
    const y = g.matMul(taken, rows)
    output = output ? g.add(output, y) : y
    shown.push(g.unsqueeze(weights, [1]))
  }
  if (!output) throw new RangeError('a head at least')
  return { output: w.outputBias ? g.add(output, w.outputBias) : output, weights: g.concat(shown, 1) }
}

/** All pairs at once. */
export function plainAdditive(
  g: GraphBuilder,
  states: Value,
  w: AdditiveWeights,
  mask: Value,
): { readonly output: Value; readonly weights: Value } {
  const queries = g.unsqueeze(g.matMul(states, w.query), [2])
  const keys = g.unsqueeze(g.matMul(states, w.key), [1])
  const pairs = g.tanh(g.add(g.add(queries, keys), w.bias)) // [batch, time, time, units]
  const weights = plainWeights(g, g.squeeze(g.matMul(pairs, w.score), [3]), mask)
  return { output: g.matMul(weights, states), weights: g.unsqueeze(weights, [1]) }
}

export function plainNorm(g: GraphBuilder, x: Value, { scale, bias }: NormWeights): Value {
  return g.apply('LayerNormalization', [x, scale, bias], { axis: 2 })
}

export function plainFeedForward(
  g: GraphBuilder,
  x: Value,
  w: FeedForwardWeights,
  activation: Activation,
  dropout?: Value | null,
): Value {
  const before = g.add(g.matMul(x, w.hidden), w.hiddenBias)
  const active = plainActivation(g, before, activation)
  return g.add(g.matMul(dropout ? g.mul(active, dropout) : active, w.output), w.outputBias)
}

function plainActivation(g: GraphBuilder, x: Value, activation: Activation): Value {
  if (activation === 'relu') return g.where(g.greater(x, 0), x, 0)
  if (activation === 'gelu') return g.gelu(x)
  // (1 + tanh u) / 2 is the sigmoid of 2u.
  const u = g.mul(g.add(x, g.mul(g.mul(g.mul(x, x), x), 0.044715)), 2 * Math.sqrt(2 / Math.PI))
  return g.mul(x, g.sigmoid(u))
}

export function plainTransformer(
  g: GraphBuilder,
  x: Value,
  weights: TransformerWeights,
  size: TransformerSize,
  context: PlainContext,
  dropout: TransformerDropout = {},
): Value {
  const { width, heads, layers } = size
  const { finalNorm } = weights
  const sizes = { inputs: width, heads, dim: width, outputs: width }
  const drop = (value: Value, mask?: Value | null) => (mask ? g.mul(value, mask) : value)
  const attention = (value: Value, w: TransformerLayer) =>
    drop(plainMultiHead(g, value, w.attention, sizes, context, dropout.weights).output, dropout.attention)
  const transform = (value: Value, w: TransformerLayer) =>
    drop(plainFeedForward(g, value, w.feedForward, size.activation, dropout.hidden), dropout.feedForward)
  const y = Array.from({ length: layers }, (_, layer) => weights[layer]).reduce((states, w) => {
    if (size.norm === 'post') {
      const between = plainNorm(g, g.add(states, attention(states, w)), w.attentionNorm)
      return plainNorm(g, g.add(between, transform(between, w)), w.feedForwardNorm)
    }
    const between = g.add(states, attention(plainNorm(g, states, w.attentionNorm), w))
    return g.add(between, transform(plainNorm(g, between, w.feedForwardNorm), w))
  }, x)
  return finalNorm ? plainNorm(g, y, finalNorm) : y
}
