/**
 * A transformer's layer as ModernBERT has it (Warner et al. 2024): each branch's input is normalized, queries and keys are
 * rotated, the feed-forward part is gated, and nothing has a bias. Some layers only see steps that are near.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { multiHeadAttention } from './attention.js'
import { type Activation, activate } from './feed-forward.js'
import { layerNorm } from './layer-norm.js'
import { linearLast } from './linear.js'
import { bias, type LayerParameter, matrix } from './parameters.js'
import type { RotaryTables } from './positions.js'
import type { TransformerDropout } from './transformer.js'

export interface GatedLayerSize {
  readonly width: number
  readonly heads: number
  /** Features of the feed-forward part behind the gate. */
  readonly feedForward: number
  readonly activation: Activation
  readonly epsilon: number
}

export interface GatedLayer<T = Value> {
  /** `[width]`; the first layer has none, since its input was just normalized. */
  readonly attentionNorm?: T
  /** `[width, 3·width]` */
  readonly qkv: T
  /** `[width, width]` */
  readonly attentionOutput: T
  /** `[width]` */
  readonly feedForwardNorm: T
  /** `[width, 2·feedForward]`: what is activated, then the gate. */
  readonly hidden: T
  /** `[feedForward, width]` */
  readonly output: T
}

export function gatedLayerParameters(
  { width, feedForward }: GatedLayerSize,
  isFirst: boolean,
): GatedLayer<LayerParameter> {
  return {
    ...(!isFirst && { attentionNorm: bias([width], 1) }),
    qkv: matrix([width, 3 * width], width),
    attentionOutput: matrix([width, width]),
    feedForwardNorm: bias([width], 1),
    hidden: matrix([width, 2 * feedForward], feedForward),
    output: matrix([feedForward, width]),
  }
}

/** Normalization without a shift. */
export function unshiftedNorm(
  g: GraphBuilder,
  x: Value,
  scale: Value,
  width: number,
  epsilon: number,
): Value {
  return layerNorm(g, x, scale, g.constant(new Float32Array(width), [width]), epsilon)
}

/**
 * @param x `[batch, time, width]`
 * @param options.keyBias see `toKeyBias` and `nearBias`
 * @returns as x
 */
export function gatedLayer(
  g: GraphBuilder,
  x: Value,
  layer: GatedLayer,
  size: GatedLayerSize,
  options: { readonly keyBias: Value; readonly rotary: RotaryTables },
  dropout: TransformerDropout = {},
): Value {
  const { width, heads, feedForward, activation, epsilon } = size
  const drop = (branch: Value, mask?: Value | null) => (mask ? g.mul(branch, mask) : branch)
  return g.inLayer('gated-transformer', () => {
    const { attentionNorm } = layer
    const read = attentionNorm ? unshiftedNorm(g, x, attentionNorm, width, epsilon) : x
    const weights = { qkv: layer.qkv, qkvBias: null, output: layer.attentionOutput, outputBias: null }
    const attended = multiHeadAttention(
      g,
      read,
      weights,
      { heads, dim: width },
      { ...options, dropout: dropout.weights },
    )
    const between = g.add(x, drop(attended.output, dropout.attention))
    const normal = unshiftedNorm(g, between, layer.feedForwardNorm, width, epsilon)
    const [inner, gate] = g.split(linearLast(g, normal, layer.hidden, null), [feedForward, feedForward], 2)
    const made = linearLast(g, g.mul(activate(g, inner, activation), gate), layer.output, null)
    return g.add(between, drop(made, dropout.feedForward))
  })
}

/** Added to the score of a key that is too far away. */
const NEVER = -1e9

/**
 * What keeps queries to keys that are near.
 *
 * @param x a value with `time` as its axis 1
 * @param reach the most steps from a query to a key
 * @returns `[time, time]`: 0 for keys within reach
 */
export function nearBias(g: GraphBuilder, x: Value, reach: number): Value {
  return g.inLayer('near', () => {
    const time = g.gather(g.shape(x), g.scalar(1, 'int64'))
    const steps = g.cast(g.range(g.scalar(0, 'int64'), time, g.scalar(1, 'int64')), 'float32')
    const ahead = g.sub(g.unsqueeze(steps, [1]), g.unsqueeze(steps, [0]))
    const apart = g.max(ahead, g.mul(ahead, -1))
    return g.where(g.greater(apart, reach), g.constant(NEVER), g.constant(0))
  })
}
