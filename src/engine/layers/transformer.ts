/**
 * The transformer's encoder (Vaswani et al. 2017): layers of multi-head self-attention and a feed-forward part, each in
 * a residual branch. `post` normalizes after the sum, as the paper has it; `pre` normalizes what goes into a branch
 * (Xiong et al. 2020), trains without warm-up, and wants one more normalization after the last layer.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import type { Attended } from './attention.js'
import { type Activation, type FeedForwardWeights, feedForward, feedForwardShapes } from './feed-forward.js'
import { layerNormLast } from './layer-norm.js'
import { type MultiHeadWeights, multiHeadAttention, multiHeadShapes } from './multi-head-attention.js'
import type { RotaryTables } from './positions.js'

export interface TransformerSize {
  /** Features of a token, a multiple of `heads`. */
  readonly width: number
  readonly heads: number
  /** Hidden features of the feed-forward part. */
  readonly feedForward: number
  readonly norm: 'pre' | 'post'
  readonly activation: Activation
}

export interface NormWeights<T> {
  /** `[width]`, 1 at first */
  readonly scale: T
  /** `[width]`, 0 at first */
  readonly bias: T
}

export interface TransformerWeights<T> {
  readonly attention: MultiHeadWeights<T>
  readonly attentionNorm: NormWeights<T>
  readonly feedForward: FeedForwardWeights<T>
  readonly feedForwardNorm: NormWeights<T>
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

export interface TransformerOptions {
  /** What `toKeyBias` answers; `null` where nothing is padded. */
  readonly keyBias: Value | null
  readonly rotary?: RotaryTables | null
}

/** Shapes of a layer's weights. */
export function transformerShapes(size: TransformerSize): TransformerWeights<readonly number[]> {
  const { width, heads } = size
  const norm = { scale: [width], bias: [width] }
  return {
    attention: multiHeadShapes({ inputs: width, heads, dim: width, outputs: width }),
    attentionNorm: norm,
    feedForward: feedForwardShapes({ width, hidden: size.feedForward, activation: size.activation }),
    feedForwardNorm: norm,
  }
}

/** Applies a function to each of a layer's weights, with a name: `attention.qkv`, `feedForwardNorm.scale`, … */
export function mapTransformer<T, U>(
  { attention, attentionNorm, feedForward, feedForwardNorm }: TransformerWeights<T>,
  f: (value: T, name: string) => U,
): TransformerWeights<U> {
  const bias = (value: T | null, name: string) => (value === null ? null : f(value, name))
  const norm = ({ scale, bias }: NormWeights<T>, name: string): NormWeights<U> => ({
    scale: f(scale, `${name}.scale`),
    bias: f(bias, `${name}.bias`),
  })
  return {
    attention: {
      qkv: f(attention.qkv, 'attention.qkv'),
      qkvBias: bias(attention.qkvBias, 'attention.qkvBias'),
      output: f(attention.output, 'attention.output'),
      outputBias: bias(attention.outputBias, 'attention.outputBias'),
    },
    attentionNorm: norm(attentionNorm, 'attentionNorm'),
    feedForward: {
      hidden: f(feedForward.hidden, 'feedForward.hidden'),
      hiddenBias: f(feedForward.hiddenBias, 'feedForward.hiddenBias'),
      output: f(feedForward.output, 'feedForward.output'),
      outputBias: f(feedForward.outputBias, 'feedForward.outputBias'),
    },
    feedForwardNorm: norm(feedForwardNorm, 'feedForwardNorm'),
  }
}

/**
 * One layer.
 *
 * @param x `[batch, time, width]`
 * @returns output `[batch, time, width]`, weights `[batch, heads, time, time]`; at padding the output is without
 *   meaning, and no gradient may come back from there
 */
export function transformerLayer(
  g: GraphBuilder,
  x: Value,
  layer: TransformerWeights<Value>,
  size: TransformerSize,
  { keyBias, rotary }: TransformerOptions,
  dropout: TransformerDropout = {},
): Attended {
  const { width, heads, norm, activation } = size
  const drop = (branch: Value, mask?: Value | null) => (mask ? g.mul(branch, mask) : branch)
  const normalize = (value: Value, { scale, bias }: NormWeights<Value>) =>
    layerNormLast(g, value, scale, bias)
  const attention = (value: Value) =>
    multiHeadAttention(
      g,
      value,
      layer.attention,
      { inputs: width, heads, dim: width, outputs: width },
      { keyBias, rotary, dropout: dropout.weights },
    )
  const transform = (value: Value) =>
    drop(
      feedForward(
        g,
        value,
        layer.feedForward,
        { width, hidden: size.feedForward, activation },
        dropout.hidden,
      ),
      dropout.feedForward,
    )
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

export interface TransformerStack<T> {
  readonly layers: readonly TransformerWeights<T>[]
  /** After the last layer, where the size says `pre`; else `null`. */
  readonly finalNorm: NormWeights<T> | null
}

/**
 * Layers one on another.
 *
 * @param x `[batch, time, width]`, positions added where they are not rotary
 * @param dropout masks by layer
 * @returns output `[batch, time, width]`, and each layer's weights `[batch, heads, time, time]`
 * @example
 * const keyBias = toKeyBias(g, mask)
 * const { output } = transformerStack(g, g.add(x, sinusoidalPositions(g, x, 256)), stack, size, { keyBias })
 */
export function transformerStack(
  g: GraphBuilder,
  x: Value,
  { layers, finalNorm }: TransformerStack<Value>,
  size: TransformerSize,
  options: TransformerOptions,
  dropout: (layer: number) => TransformerDropout = () => ({}),
): { readonly output: Value; readonly weights: readonly Value[] } {
  let output = x
  const weights = layers.map((layer, i) => {
    const attended = transformerLayer(g, output, layer, size, options, dropout(i))
    output = attended.output
    return attended.weights
  })
  if (finalNorm) output = layerNormLast(g, output, finalNorm.scale, finalNorm.bias)
  return { output, weights }
}
