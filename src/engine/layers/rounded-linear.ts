/** Matrices of weights rounded to 8 bits, for inference: each column has a step of its own. */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface RoundedMatrix {
  /** int8 `[inputs, outputs]` */
  readonly values: Value
  /** `[outputs]`: what one unit of a column stands for. */
  readonly steps: Value
}

const known = new WeakMap<Value, RoundedMatrix>()

/**
 * A weight that `linearLast` multiplies by in 8 bits. Whatever else reads it sees its floats.
 * @example
 * const y = linearLast(g, x, roundedWeight(g, { values, steps }), bias)
 */
export function roundedWeight(g: GraphBuilder, matrix: RoundedMatrix): Value {
  const floats = g.mul(g.cast(matrix.values, 'float32'), matrix.steps)
  known.set(floats, matrix)
  return floats
}

/** The product of `linearLast` where the weight is rounded. The input is rounded too, with a step that the kernel chooses. */
export function roundedProduct(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value | null,
): Value | undefined {
  const matrix = known.get(weight)
  return matrix && g.op('DynamicQuantizeMatMul', [x, matrix.values, matrix.steps, null, bias])[0]
}
