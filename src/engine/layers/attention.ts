/**
 * Dot-product attention (Luong et al. 2015; Vaswani et al. 2017), softmax(α·Q·Kᵀ)·V, batch-major, forward and backward
 * pass: the core of multi-head attention and of attention over an encoder's states.
 *
 * Nothing attends to padding: the scores of padded keys get −10⁹ added, and the exponential of that is exactly 0 in
 * float32. So only a query at padding could send a gradient back from there; prevent it (multiply the output by a mask).
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { fixedSize, linearLast } from './linear.js'
import { bias, type LayerParameter, matrix } from './parameters.js'
import { type RotaryTables, rotate } from './positions.js'
import { type Distances, type RelativeTerms, relativeScores } from './relative-attention.js'

/** Added to the score of a key at padding. */
const NEVER = -1e9

/** The result of attention. */
export interface Attended {
  /** As the queries, with the values' features. */
  readonly output: Value
  /** `[batch, heads, time, time]`: how much each query (third axis) takes of each key (fourth); rows sum to one. */
  readonly weights: Value
}

export interface AttentionOptions {
  /** The result of `toKeyBias`; `null` where nothing is padded. */
  readonly keyBias: Value | null
  /** Dropout of the weights: `[batch, heads, time, time]`, 0 or 1/(1−p), from outside. Default none. */
  readonly dropout?: Value | null
}

/**
 * @param mask bool `[batch, time]`, false at padding
 * @returns float32 `[batch, 1, 1, time]`: what is added to all scores of a key, 0 except at padding
 */
export function toKeyBias(g: GraphBuilder, mask: Value): Value {
  return g.unsqueeze(g.where(mask, g.constant(0), g.constant(NEVER)), [1, 2])
}

/**
 * Attention of several heads at once. The backward pass is derived by hand: with O = P·V, the sum Σ dP·P that softmax's
 * gradient needs along the keys is Σ dO·O along the features, whatever dropout does to P.
 *
 * @param query `[batch, heads, time, features]`
 * @param key as query
 * @param value `[batch, heads, time, outputs]`
 * @param options.scale a factor of the scores. Default 1.
 * @param options.bias `[batch, heads, time, time]`, added to the scores; a gradient comes back from it
 * @returns output `[batch, heads, time, outputs]`
 */
export function attend(
  g: GraphBuilder,
  query: Value,
  key: Value,
  value: Value,
  {
    keyBias,
    scale = 1,
    dropout = null,
    bias = null,
  }: AttentionOptions & { readonly scale?: number; readonly bias?: Value | null },
): Attended {
  return g.inLayer('attention', () => {
    const products = g.matMul(query, key, { transB: true, alpha: scale }) // [batch, heads, time, time]
    const scores = bias ? g.add(products, bias) : products
    const weights = g.softmax(keyBias ? g.add(scores, keyBias) : scores)
    const kept = dropout ? g.mul(weights, dropout) : weights
    const output = g.matMul(kept, value)
    const [attended, shown] = g.withGradient({
      inputs: bias ? [query, key, value, bias] : [query, key, value],
      outputs: [output, weights],
      backward: (b, [dOutput, dWeights]) => {
        const dKept = dOutput && b.matMul(dOutput, value, { transB: true })
        const dropped = dKept && dropout ? b.mul(dKept, dropout) : dKept
        const dAll = dropped && dWeights ? b.add(dropped, dWeights) : (dropped ?? dWeights)
        if (!dAll) return bias ? [null, null, null, null] : [null, null, null]
        const product = dWeights || !dOutput ? b.mul(dAll, weights) : b.mul(dOutput, output)
        const along = b.reduceSum(product, [3], { keepDims: true }) // [batch, heads, time, 1]
        const dScores = b.mul(b.sub(dAll, along), weights)
        return [
          b.matMul(dScores, key, { alpha: scale }),
          b.matMul(dScores, query, { transA: true, alpha: scale }),
          dOutput && b.matMul(kept, dOutput, { transA: true }),
          ...(bias ? [dScores] : []),
        ]
      },
    })
    return { output: attended, weights: shown }
  })
}

/**
 * Attention of states over one another, without parameters: each state is query, key and value.
 *
 * @param states `[batch, time, features]`
 * @param options.scaled divide the scores by √features (Vaswani et al. 2017). Default false: Luong et al. 2015.
 * @returns output `[batch, time, features]`, weights `[batch, 1, time, time]`
 * @example
 * const { output } = dotAttention(g, states, { keyBias: toKeyBias(g, mask), scaled: true })
 */
export function dotAttention(
  g: GraphBuilder,
  states: Value,
  { scaled = false, ...options }: AttentionOptions & { readonly scaled?: boolean },
): Attended {
  const heads = g.unsqueeze(states, [1])
  const scale = scaled ? 1 / Math.sqrt(fixedSize(states, -1)) : 1
  const { output, weights } = attend(g, heads, heads, heads, { ...options, scale })
  return { output: g.squeeze(output, [1]), weights }
}

export interface MultiHeadSize {
  /** Features of the input. */
  readonly inputs: number
  readonly heads: number
  /** Features of all heads together, a multiple of `heads`. */
  readonly dim: number
  readonly outputs: number
}

export interface MultiHeadWeights<T = Value> {
  /** `[inputs, 3·dim]`: queries, keys and values side by side, each with a head's features together. */
  readonly qkv: T
  /** `[3·dim]` */
  readonly qkvBias: T | null
  /** `[dim, outputs]` */
  readonly output: T
  /** `[outputs]` */
  readonly outputBias: T | null
}

/** Glorot uniform; queries, keys and values are three matrices side by side. */
export function multiHeadParameters({ inputs, dim, outputs }: MultiHeadSize) {
  return {
    qkv: matrix([inputs, 3 * dim], dim),
    qkvBias: bias([3 * dim]),
    output: matrix([dim, outputs]),
    outputBias: bias([outputs]),
  } satisfies MultiHeadWeights<LayerParameter>
}

export interface MultiHeadOptions extends AttentionOptions {
  /** Rotates queries and keys by their positions. Default none. */
  readonly rotary?: RotaryTables | null
  /** Lets distances have a say. Default none. */
  readonly relative?: RelativeAttention | null
}

/** The rows of distances, and who looks at them. */
export interface RelativeAttention {
  readonly distances: Distances
  readonly terms: RelativeTerms
}

/**
 * Scaled dot-product self-attention by several heads (Vaswani et al. 2017). Queries, keys and values come from one
 * product.
 *
 * @param x `[batch, time, inputs]`
 * @returns output `[batch, time, outputs]`, weights `[batch, heads, time, time]`; the output at padding has no meaning,
 *   and no gradient may come back from there
 * @example
 * const { output, weights } = multiHeadAttention(g, x, parameters, size, { keyBias: toKeyBias(g, mask) })
 */
export function multiHeadAttention(
  g: GraphBuilder,
  x: Value,
  { qkv, qkvBias, output, outputBias }: MultiHeadWeights,
  { heads, dim }: Pick<MultiHeadSize, 'heads' | 'dim'>,
  { rotary = null, relative = null, ...options }: MultiHeadOptions,
): Attended {
  return g.inLayer('multi-head-attention', () => {
    const each = dim / heads
    const projected = linearLast(g, x, qkv, qkvBias)
    const [query, key, value] = queriesKeysValues(g, projected, { heads, dim }, rotary)
    const terms = relative ? Number(relative.terms.query) + Number(relative.terms.key) : 0
    const scale = 1 / Math.sqrt(each * (1 + terms))
    const distant =
      relative &&
      relativeScores(g, { query, key }, { qkv, qkvBias }, relative.distances, {
        ...{ heads, width: dim, terms: relative.terms },
      })
    const bias = distant && g.mul(distant, scale)
    const attended = attend(g, query, key, value, { ...options, bias, scale })
    const joined = g.reshape(g.transpose(attended.output, [0, 2, 1, 3]), [0, 0, dim])
    return { output: linearLast(g, joined, output, outputBias), weights: attended.weights }
  })
}

/**
 * @param projected `[batch, time, 3·dim]`
 * @returns `[batch, heads, time, each]`, three of them
 */
function queriesKeysValues(
  g: GraphBuilder,
  projected: Value,
  { heads, dim }: Pick<MultiHeadSize, 'heads' | 'dim'>,
  rotary: RotaryTables | null,
): readonly Value[] {
  const each = dim / heads
  if (!rotary)
    return g
      .split(projected, [dim, dim, dim], 2)
      .map(part => g.transpose(g.reshape(part, [0, 0, heads, each]), [0, 2, 1, 3]))
  const parts = g.transpose(g.reshape(projected, [0, 0, 3, heads, each]), [2, 0, 3, 1, 4]) // [3, batch, heads, time, each]
  const [turning, values] = g.split(parts, [2, 1], 0)
  return [...g.split(rotate(g, turning, rotary), [1, 1], 0), values].map(part => g.squeeze(part, [0]))
}
