/**
 * The layers of a Reformer encoder (Kitaev, Kaiser & Levskaya 2020): LSH attention and a feed-forward part, each after a
 * layer normalization, as the two halves of reversible residual layers. Both streams begin as the input; their ends are
 * put side by side and normalized (as in trax).
 *
 * Dropout masks are one a sentence for all its tokens, as in trax: masks a token would be as large as the activations
 * that are not kept.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { chunkedFeedForward } from './chunked-feed-forward.js'
import { layerNormLast } from './layer-norm.js'
import { lshAttention, lshAttentionWeights } from './lsh-attention.js'
import { type LshLayout, type LshSize, lshLayout } from './lsh-layout.js'
import { type LshOrder, lshSort } from './lsh-sort.js'
import { type RotaryTables, rotaryTables, rotate } from './positions.js'
import { type ReversibleHalf, residualLayer, reversible, type Streams } from './reversible.js'

export interface ReformerSize extends LshSize {
  readonly width: number
  readonly layers: number
  /** Features in the middle of the feed-forward part. */
  readonly feedForward: number
  /** Tokens that it works on at once. */
  readonly feedForwardChunk: number
  /** Whether queries are turned by their position (Su et al. 2021); needs an even number of features a head. */
  readonly rotary: boolean
}

/** Shapes of the parameters, `[layers, …]` but for the last two. */
export function reformerShapes({ width, layers, heads, dim, feedForward }: ReformerSize) {
  return {
    attentionScale: [layers, width],
    attentionBias: [layers, width],
    query: [layers, width, heads * dim],
    value: [layers, width, heads * dim],
    output: [layers, heads * dim, width],
    feedForwardScale: [layers, width],
    feedForwardBias: [layers, width],
    inner: [layers, width, feedForward],
    innerBias: [layers, feedForward],
    outer: [layers, feedForward, width],
    outerBias: [layers, width],
    endScale: [2 * width],
    endBias: [2 * width],
  } satisfies Record<string, readonly number[]>
}

export type ReformerWeights = Readonly<Record<keyof ReturnType<typeof reformerShapes>, Value>>

export interface ReformerContext {
  /** int32 `[batch]`, at least 1 each. */
  readonly lengths: Value
  /** As `rotationsShape` says. */
  readonly rotations: Value
  /** `[layers, batch, 1, width]` each: dropout of what each half adds. Default: none. */
  readonly masks?: { readonly attention: Value; readonly feedForward: Value }
}

export interface ReformerOptions {
  /** `reversible`: for training. `plain`: the same numbers without the means of going back. Default `reversible`. */
  readonly residuals?: 'reversible' | 'plain'
  /** Is given each layer's attention weights, `[batch, heads, time, time]`, first to last. For plain layers. */
  readonly show?: (weights: Value) => void
}

/**
 * @param x `[batch, time, width]`
 * @returns `[batch, time, 2 · width]`; without meaning at padding, from where no gradient may come back
 * @example
 * const y = reformer(g, x, weights, { lengths, rotations }, size)
 */
export function reformer(
  g: GraphBuilder,
  x: Value,
  weights: ReformerWeights,
  context: ReformerContext,
  size: ReformerSize,
  { residuals = 'reversible', show }: ReformerOptions = {},
): Value {
  return g.inLayer('reformer', () => {
    const attention = attentionHalf(g, x, weights, context, size, residuals === 'plain' ? show : undefined)
    const feedForward = feedForwardHalf(weights, context, size)
    const ends =
      residuals === 'reversible'
        ? reversible(g, [x, x], attention, feedForward)
        : plainLayers(g, [x, x], attention, feedForward, size.layers)
    return layerNormLast(g, g.concat(ends, 2), weights.endScale, weights.endBias)
  })
}

function plainLayers(
  g: GraphBuilder,
  streams: Streams,
  attention: ReversibleHalf,
  feedForward: ReversibleHalf,
  layers: number,
): Streams {
  let ends = streams
  for (let layer = 0; layer < layers; layer++) {
    const at = g.scalar(layer, 'int64')
    ends = residualLayer(g, ends, attention, feedForward, half => ({
      parameters: half.parameters.map(value => g.gather(value, at)),
      givens: half.givens.map(value => g.gather(value, at)),
    }))
  }
  return ends
}

function attentionHalf(
  g: GraphBuilder,
  x: Value,
  weights: ReformerWeights,
  { lengths, rotations, masks }: ReformerContext,
  size: ReformerSize,
  show?: ReformerOptions['show'],
): ReversibleHalf {
  const { heads, dim, rotary } = size
  const layout: LshLayout = lshLayout(g, x, lengths, size)
  const turns = rotary ? acrossHeads(g, rotaryTables(g, x, dim)) : undefined
  const split = (b: GraphBuilder, value: Value) => b.reshape(value, [0, 0, heads, dim])
  const normed = (b: GraphBuilder, value: Value, scale: Value, bias: Value) =>
    layerNormLast(b, value, scale, bias)
  const queriesOf = (b: GraphBuilder, unit: Value, weight: Value) => {
    const queries = split(b, b.matMul(unit, weight))
    return turns ? rotate(b, queries, turns) : queries
  }
  return {
    parameters: [weights.attentionScale, weights.attentionBias, weights.query, weights.value, weights.output],
    givens: masks ? [masks.attention] : [],
    decide(b, stream, { parameters: [scale, bias, query] }) {
      const queries = queriesOf(b, normed(b, stream, scale, bias), query)
      const { rowAt, placeOf } = lshSort(b, queries, rotations, layout, size)
      return [rowAt, placeOf]
    },
    apply(b, stream, { parameters: [scale, bias, query, value, output], givens: [mask] }, decisions) {
      const order: LshOrder = { rowAt: decisions[0], placeOf: decisions[1] }
      const unit = normed(b, stream, scale, bias)
      const queries = queriesOf(b, unit, query)
      show?.(lshAttentionWeights(b, queries, order, layout, size))
      const answers = lshAttention(b, queries, split(b, b.matMul(unit, value)), order, layout, size)
      const y = b.matMul(b.reshape(answers, [0, 0, heads * dim]), output)
      return mask ? b.mul(y, mask) : y
    },
  }
}

/** Tables for `[batch, time, heads, dim]`. */
function acrossHeads(g: GraphBuilder, { cos, sin }: RotaryTables): RotaryTables {
  return { cos: g.unsqueeze(cos, [1]), sin: g.unsqueeze(sin, [1]) }
}

function feedForwardHalf(
  weights: ReformerWeights,
  { masks }: ReformerContext,
  { feedForwardChunk }: ReformerSize,
): ReversibleHalf {
  return {
    parameters: [
      weights.feedForwardScale,
      weights.feedForwardBias,
      weights.inner,
      weights.innerBias,
      weights.outer,
      weights.outerBias,
    ],
    givens: masks ? [masks.feedForward] : [],
    apply(b, stream, { parameters, givens: [mask] }) {
      const [scale, bias, inner, innerBias, outer, outerBias] = parameters
      const unit = layerNormLast(b, stream, scale, bias)
      const y = chunkedFeedForward(b, unit, { inner, innerBias, outer, outerBias }, feedForwardChunk)
      return mask ? b.mul(y, mask) : y
    },
  }
}
