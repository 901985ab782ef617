import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { type Attended, attend } from './attention.js'
import { linearLast } from './linear-last.js'
import { type RotaryTables, rotate } from './positions.js'

export interface MultiHeadSize {
  /** Features of the input. */
  readonly inputs: number
  readonly heads: number
  /** Features of all heads together, a multiple of `heads`. */
  readonly dim: number
  readonly outputs: number
}

export interface MultiHeadWeights<T> {
  /** `[inputs, 3·dim]`: queries, keys and values side by side, each with a head's features together. */
  readonly qkv: T
  /** `[3·dim]` */
  readonly qkvBias: T | null
  /** `[dim, outputs]` */
  readonly output: T
  /** `[outputs]` */
  readonly outputBias: T | null
}

export interface MultiHeadOptions {
  /** What `toKeyBias` answers; `null` where nothing is padded. */
  readonly keyBias: Value | null
  /** Turns queries and keys by their positions. Default none. */
  readonly rotary?: RotaryTables | null
  /** Dropout of the weights: `[batch, heads, time, time]`. Default none. */
  readonly dropout?: Value | null
}

export function multiHeadShapes({
  inputs,
  dim,
  outputs,
}: MultiHeadSize): Record<keyof MultiHeadWeights<unknown>, readonly number[]> {
  return { qkv: [inputs, 3 * dim], qkvBias: [3 * dim], output: [dim, outputs], outputBias: [outputs] }
}

/**
 * Scaled dot-product self-attention by several heads (Vaswani et al. 2017). Queries, keys and values come from one
 * product.
 *
 * @param x `[batch, time, inputs]`
 * @returns output `[batch, time, outputs]`, weights `[batch, heads, time, time]`; at padding the output is without
 *   meaning, and no gradient may come back from there
 * @example
 * const { output, weights } = multiHeadAttention(g, x, parameters, size, { keyBias: toKeyBias(g, mask) })
 */
export function multiHeadAttention(
  g: GraphBuilder,
  x: Value,
  { qkv, qkvBias, output, outputBias }: MultiHeadWeights<Value>,
  { heads, dim }: MultiHeadSize,
  { keyBias, rotary = null, dropout = null }: MultiHeadOptions,
): Attended {
  return g.inLayer('multi-head-attention', () => {
    const each = dim / heads
    const projected = g.reshape(linearLast(g, x, qkv, qkvBias), [0, 0, 3, heads, each])
    const parts = g.transpose(projected, [2, 0, 3, 1, 4]) // [3, batch, heads, time, each]
    const [query, key, value] = queriesKeysValues(g, parts, rotary)
    const attended = attend(g, query, key, value, { keyBias, scale: 1 / Math.sqrt(each), dropout })
    const joined = g.reshape(g.transpose(attended.output, [0, 2, 1, 3]), [0, 0, dim])
    return { output: linearLast(g, joined, output, outputBias), weights: attended.weights }
  })
}

function queriesKeysValues(g: GraphBuilder, parts: Value, rotary: RotaryTables | null): readonly Value[] {
  if (!rotary) return g.split(parts, [1, 1, 1], 0).map(part => g.squeeze(part, [0]))
  const [turning, values] = g.split(parts, [2, 1], 0)
  return [...g.split(rotate(g, turning, rotary), [1, 1], 0), values].map(part => g.squeeze(part, [0]))
}
