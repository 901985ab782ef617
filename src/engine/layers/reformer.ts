/**
 * The layers of a Reformer encoder (Kitaev, Kaiser & Levskaya 2020): LSH attention and a feed-forward part, each after a
 * layer normalization, as the two halves of reversible residual layers. Both streams begin as the input; at the end they
 * are joined and normalized (as in trax).
 *
 * Dropout masks are one per sequence for all its steps, as in trax: masks for each step would be as large as the
 * activations that are not kept.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { chunkedFeedForward } from './feed-forward.js'
import { layerNorm } from './layer-norm.js'
import { lshAttention, lshAttentionWeights } from './lsh-attention.js'
import { type LshOrder, type LshSize, lshLayout, lshSort } from './lsh-order.js'
import { bias, type LayerParameter, matrix } from './parameters.js'
import { rotaryTables, rotate } from './positions.js'
import { type Halves, type ReversibleHalf, residual, reversible } from './reversible.js'

export interface ReformerSize extends LshSize {
  readonly width: number
  readonly layers: number
  /** Features in the middle of the feed-forward part. */
  readonly feedForward: number
  /** Steps that it computes at once. */
  readonly feedForwardChunk: number
  /** Rotate queries by their positions (Su et al. 2021); needs an even number of features per head. */
  readonly rotary: boolean
}

/** Glorot uniform for each layer's matrices; scales 1, biases 0. All except the last two are `[layers, …]`. */
export function reformerParameters({ width, layers, heads, dim, feedForward }: ReformerSize) {
  return {
    attentionScale: bias([layers, width], 1),
    attentionBias: bias([layers, width]),
    query: matrix([layers, width, heads * dim]),
    value: matrix([layers, width, heads * dim]),
    output: matrix([layers, heads * dim, width]),
    feedForwardScale: bias([layers, width], 1),
    feedForwardBias: bias([layers, width]),
    inner: matrix([layers, width, feedForward]),
    innerBias: bias([layers, feedForward]),
    outer: matrix([layers, feedForward, width]),
    outerBias: bias([layers, width]),
    endScale: bias([2 * width], 1),
    endBias: bias([2 * width]),
  } satisfies Record<string, LayerParameter>
}

export type ReformerWeights<T = Value> = Readonly<Record<keyof ReturnType<typeof reformerParameters>, T>>

export interface ReformerContext {
  /** int32 `[batch]`, at least 1 each. */
  readonly lengths: Value
  /** See `rotationsShape`. */
  readonly rotations: Value
  /** `[layers, batch, 1, width]` each: dropout of what each half adds. Default none. */
  readonly masks?: { readonly attention: Value; readonly feedForward: Value }
}

export interface ReformerOptions {
  /** `reversible` for training; `plain`: the same numbers by plain residual layers. Default `reversible`. */
  readonly residuals?: 'reversible' | 'plain'
  /** Gets each layer's attention weights, `[batch, heads, time, time]`, first to last. For plain layers. */
  readonly show?: (weights: Value) => void
}

/**
 * @param x `[batch, time, width]`
 * @returns `[batch, time, 2 · width]`; values at padding have no meaning, and no gradient may come back from there
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
    const isPlain = residuals === 'plain'
    const halves: Halves = [
      attentionHalf(g, x, weights, context, size, isPlain ? show : undefined),
      feedForwardHalf(weights, context, size),
    ]
    const ends = isPlain ? residual(g, [x, x], halves, size.layers) : reversible(g, [x, x], halves)
    return layerNorm(g, g.concat(ends, 2), weights.endScale, weights.endBias)
  })
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
  const layout = lshLayout(g, x, lengths, size)
  const tables = rotary && rotaryTables(g, x, dim)
  const turns = tables && { cos: g.unsqueeze(tables.cos, [1]), sin: g.unsqueeze(tables.sin, [1]) }
  const split = (b: GraphBuilder, value: Value) => b.reshape(value, [0, 0, heads, dim])
  const queriesOf = (b: GraphBuilder, unit: Value, weight: Value) => {
    const queries = split(b, b.matMul(unit, weight))
    return turns ? rotate(b, queries, turns) : queries
  }
  return {
    parameters: [weights.attentionScale, weights.attentionBias, weights.query, weights.value, weights.output],
    givens: masks ? [masks.attention] : [],
    decide(b, stream, { parameters: [scale, bias, query] }) {
      const queries = queriesOf(b, layerNorm(b, stream, scale, bias), query)
      const { rowAt, placeOf } = lshSort(b, queries, rotations, layout, size)
      return [rowAt, placeOf]
    },
    apply(b, stream, { parameters: [scale, bias, query, value, output], givens: [mask] }, decisions) {
      const order: LshOrder = { rowAt: decisions[0], placeOf: decisions[1] }
      const unit = layerNorm(b, stream, scale, bias)
      const queries = queriesOf(b, unit, query)
      show?.(lshAttentionWeights(b, queries, order, layout, size))
      const attended = lshAttention(b, queries, split(b, b.matMul(unit, value)), order, layout, size)
      const y = b.matMul(b.reshape(attended, [0, 0, heads * dim]), output)
      return mask ? b.mul(y, mask) : y
    },
  }
}

function feedForwardHalf(
  weights: ReformerWeights,
  { masks }: ReformerContext,
  { feedForwardChunk }: ReformerSize,
): ReversibleHalf {
  return {
    parameters: [
      ...[weights.feedForwardScale, weights.feedForwardBias],
      ...[weights.inner, weights.innerBias, weights.outer, weights.outerBias],
    ],
    givens: masks ? [masks.feedForward] : [],
    apply(b, stream, { parameters, givens: [mask] }) {
      const [scale, bias, hidden, hiddenBias, output, outputBias] = parameters
      const unit = layerNorm(b, stream, scale, bias)
      const y = chunkedFeedForward(b, unit, { hidden, hiddenBias, output, outputBias }, feedForwardChunk)
      return mask ? b.mul(y, mask) : y
    },
  }
}
