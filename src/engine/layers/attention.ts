/**
 * Dot-product attention (Luong et al. 2015; Vaswani et al. 2017), softmax(α·Q·Kᵀ)·V, batch-major, forward and backward
 * pass: what multi-head attention and attention over an encoder's states are made of.
 *
 * Padding is never attended to: its scores get −10⁹, and the exponential of that is exactly 0 in float32. So a query at
 * padding is the only thing there that could send a gradient back; give it none (multiply the output by a mask).
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/** What is added to the score of a key at padding. */
const NEVER = -1e9

/** What attention answers. */
export interface Attended {
  /** As the queries, with the values' features. */
  readonly output: Value
  /** `[batch, heads, time, time]`: how much each query (third axis) takes of each key (fourth); rows sum to one. */
  readonly weights: Value
}

export interface AttentionOptions {
  /** What `toKeyBias` answers; `null` where nothing is padded. */
  readonly keyBias: Value | null
  /** A factor of the scores. Default 1. */
  readonly scale?: number
  /** Dropout of the weights: `[batch, heads, time, time]`, 0 or 1/(1−p), from outside. Default none. */
  readonly dropout?: Value | null
}

/**
 * @param mask bool `[batch, time]`, true at tokens
 * @returns float32 `[batch, 1, 1, time]`: what is added to all scores of a key, 0 at tokens
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
 * @returns output `[batch, heads, time, outputs]`
 */
export function attend(
  g: GraphBuilder,
  query: Value,
  key: Value,
  value: Value,
  { keyBias, scale = 1, dropout = null }: AttentionOptions,
): Attended {
  return g.inLayer('attention', () => {
    const scores = g.matMul(query, key, { transB: true, alpha: scale }) // [batch, heads, time, time]
    const weights = g.softmax(keyBias ? g.add(scores, keyBias) : scores)
    const kept = dropout ? g.mul(weights, dropout) : weights
    const output = g.matMul(kept, value)
    const [attended, shown] = g.withGradient({
      inputs: [query, key, value],
      outputs: [output, weights],
      backward: (b, [dOutput, dWeights]) => {
        const dKept = dOutput && b.matMul(dOutput, value, { transB: true })
        const dropped = dKept && dropout ? b.mul(dKept, dropout) : dKept
        const dAll = dropped && dWeights ? b.add(dropped, dWeights) : (dropped ?? dWeights)
        if (!dAll) return [null, null, null]
        const product = dWeights || !dOutput ? b.mul(dAll, weights) : b.mul(dOutput, output)
        const along = b.reduceSum(product, [3], { keepDims: true }) // [batch, heads, time, 1]
        const dScores = b.mul(b.sub(dAll, along), weights)
        return [
          b.matMul(dScores, key, { alpha: scale }),
          b.matMul(dScores, query, { transA: true, alpha: scale }),
          dOutput && b.matMul(kept, dOutput, { transA: true }),
        ]
      },
    })
    return { output: attended, weights: shown }
  })
}

export interface DotAttentionOptions {
  readonly keyBias: Value | null
  /** Divide the scores by √features (Vaswani et al. 2017). Default false: Luong et al. 2015. */
  readonly scaled?: boolean
  readonly dropout?: Value | null
}

/**
 * Attention of an encoder's states over one another, without parameters: each state is query, key and value.
 *
 * @param states `[batch, time, features]`
 * @returns output `[batch, time, features]`, weights `[batch, 1, time, time]`
 * @example
 * const { output } = dotAttention(g, states, { keyBias: toKeyBias(g, mask), scaled: true })
 */
export function dotAttention(
  g: GraphBuilder,
  states: Value,
  { keyBias, scaled = false, dropout = null }: DotAttentionOptions,
): Attended {
  const heads = g.unsqueeze(states, [1])
  const scale = scaled ? 1 / Math.sqrt(featuresOf(states)) : 1
  const { output, weights } = attend(g, heads, heads, heads, { keyBias, scale, dropout })
  return { output: g.squeeze(output, [1]), weights }
}

/** The length of the last axis. @throws RangeError where only the run can tell */
export function featuresOf(x: Value): number {
  const features = x.shape[x.shape.length - 1]
  if (typeof features !== 'number')
    throw new RangeError(`attention: a number of features expected, got [${x.shape.join(', ')}]`)
  return features
}

/** How attention joins the states that it was made from. */
export type Combination = 'residual' | 'concatenate' | 'replace'

/** Features of what `combine` answers. @throws RangeError where a sum is asked of different widths */
export function combinedWidth(states: number, attended: number, how: Combination): number {
  if (how === 'concatenate') return states + attended
  if (how === 'residual' && states !== attended)
    throw new RangeError(`attention: a residual of ${states} and ${attended} features, expected as many`)
  return attended
}

/**
 * The states and what attention made of them, as one.
 *
 * @param states `[batch, time, features]`
 * @param attended `[batch, time, outputs]`; for a residual, as many features as the states
 * @returns their sum, the states beside it, or it alone: `[batch, time, combinedWidth(features, outputs, how)]`
 */
export function combine(g: GraphBuilder, states: Value, attended: Value, how: Combination): Value {
  switch (how) {
    case 'residual':
      return g.add(states, attended)
    case 'concatenate':
      return g.concat([states, attended], 2)
    case 'replace':
      return attended
    default:
      return how satisfies never
  }
}
