/**
 * The transformer's encoder (Vaswani et al. 2017): layers of multi-head self-attention and a feed-forward part, each in
 * a residual branch. `post` normalizes after the sum, as in the paper; `pre` normalizes the input of each branch (Xiong
 * et al. 2020), trains without warm-up, and needs one more normalization after the last layer.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import {
  type Attended,
  type MultiHeadOptions,
  type MultiHeadWeights,
  multiHeadAttention,
  multiHeadParameters,
} from './attention.js'
import {
  type Activation,
  type FeedForwardWeights,
  feedForward,
  feedForwardParameters,
} from './feed-forward.js'
import { layerNorm } from './layer-norm.js'
import { bias, type LayerParameter } from './parameters.js'

export interface TransformerSize {
  /** Features of a step, a multiple of `heads`. */
  readonly width: number
  readonly heads: number
  /** Hidden features of the feed-forward part. */
  readonly feedForward: number
  readonly norm: 'pre' | 'post'
  readonly activation: Activation
  readonly layers: number
  /** Of the layer normalizations. Default 1e-5; BERT has 1e-12. */
  readonly epsilon?: number
}

export interface NormWeights<T = Value> {
  /** `[width]`, 1 at first */
  readonly scale: T
  /** `[width]`, 0 at first */
  readonly bias: T
}

export interface TransformerLayer<T = Value> {
  readonly attention: MultiHeadWeights<T>
  readonly attentionNorm: NormWeights<T>
  readonly feedForward: FeedForwardWeights<T>
  readonly feedForwardNorm: NormWeights<T>
}

/** Layers by number, `0`, `1`, …; `finalNorm` after the last one where the size says `pre`. */
export interface TransformerWeights<T = Value> {
  readonly [layer: number]: TransformerLayer<T>
  readonly finalNorm?: NormWeights<T>
}

/** Dropout of one layer by masks from outside, 0 or 1/(1−p); any may be left out. */
export interface TransformerDropout {
  /** Of the attention's weights, `[batch, heads, time, time]`. */
  readonly weights?: Value | null
  /** Of what attention adds, `[batch, time, width]`. */
  readonly attention?: Value | null
  /** Of the feed-forward part's hidden features, `[batch, time, feedForward]`. */
  readonly hidden?: Value | null
  /** Of what the feed-forward part adds, `[batch, time, width]`. */
  readonly feedForward?: Value | null
}

export function transformerParameters(size: TransformerSize): TransformerWeights<LayerParameter> {
  const { width, heads, layers, norm } = size
  const normParameters = { scale: bias([width], 1), bias: bias([width]) }
  const layer: TransformerLayer<LayerParameter> = {
    attention: multiHeadParameters({ inputs: width, heads, dim: width, outputs: width }),
    attentionNorm: normParameters,
    feedForward: feedForwardParameters(width, size.feedForward),
    feedForwardNorm: normParameters,
  }
  return { ...Array<typeof layer>(layers).fill(layer), ...(norm === 'pre' && { finalNorm: normParameters }) }
}

/**
 * @param x `[batch, time, width]`, positions added unless they are rotary
 * @param dropout masks by layer
 * @returns output `[batch, time, width]`, and each layer's weights `[batch, heads, time, time]`; the output at padding
 *   has no meaning, and no gradient may come back from there
 * @example
 * const keyBias = toKeyBias(g, mask)
 * const { output } = transformer(g, g.add(x, sinusoidalPositions(g, x, 256)), weights, size, { keyBias })
 */
export function transformer(
  g: GraphBuilder,
  x: Value,
  weights: TransformerWeights,
  size: TransformerSize,
  options: Omit<MultiHeadOptions, 'dropout'>,
  dropout: (layer: number) => TransformerDropout = () => ({}),
): { readonly output: Value; readonly weights: readonly Value[] } {
  const attended: Value[] = []
  let output = x
  for (let layer = 0; layer < size.layers; layer++) {
    const made = transformerLayer(g, output, weights[layer], size, options, dropout(layer))
    attended.push(made.weights)
    output = made.output
  }
  const { finalNorm } = weights
  if (finalNorm) output = layerNorm(g, output, finalNorm.scale, finalNorm.bias, size.epsilon)
  return { output, weights: attended }
}

/** One layer of `transformer`. */
export function transformerLayer(
  g: GraphBuilder,
  x: Value,
  layer: TransformerLayer,
  { width, heads, norm, activation, epsilon }: Omit<TransformerSize, 'layers'>,
  options: Omit<MultiHeadOptions, 'dropout'>,
  dropout: TransformerDropout,
): Attended {
  const drop = (branch: Value, mask?: Value | null) => (mask ? g.mul(branch, mask) : branch)
  const normalize = (value: Value, { scale, bias }: NormWeights) => layerNorm(g, value, scale, bias, epsilon)
  const attention = (value: Value) =>
    multiHeadAttention(
      g,
      value,
      layer.attention,
      { heads, dim: width },
      { ...options, dropout: dropout.weights },
    )
  const transform = (value: Value) =>
    drop(feedForward(g, value, layer.feedForward, activation, dropout.hidden), dropout.feedForward)
  return g.inLayer('transformer', () => {
    if (norm === 'pre') {
      const { output, weights } = attention(normalize(x, layer.attentionNorm))
      const between = g.add(x, drop(output, dropout.attention))
      return { output: g.add(between, transform(normalize(between, layer.feedForwardNorm))), weights }
    }
    const { output, weights } = attention(x)
    const between = normalize(g.add(x, drop(output, dropout.attention)), layer.attentionNorm)
    return { output: normalize(g.add(between, transform(between)), layer.feedForwardNorm), weights }
  })
}
