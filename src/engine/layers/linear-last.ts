import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/**
 * An affine map of features that stand last, as attention has them; `linear` is the one for feature-major values.
 *
 * @param x `[…, inputs]`
 * @param weight `[inputs, outputs]`, the right operand
 * @param bias `[outputs]`, or `null` for none
 * @returns `[…, outputs]`
 * @example
 * const y = linearLast(g, x, g.input('weight', 'float32', [64, 128]), g.input('bias', 'float32', [128]))
 */
export function linearLast(g: GraphBuilder, x: Value, weight: Value, bias: Value | null): Value {
  return g.inLayer('linear', () => {
    const product = g.matMul(x, weight)
    return bias ? g.add(product, bias) : product
  })
}
