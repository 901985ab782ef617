import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/**
 * Layer normalization (Ba, Kiros & Hinton 2016): brings the last axis to mean 0 and variance 1, then scales and shifts.
 *
 * @param x `[…, features]`
 * @param scale `[features]`, usually 1 at first
 * @param bias `[features]`, usually 0 at first
 * @param epsilon added to the variance. Default 1e-5, as in PyTorch.
 * @returns as x
 */
export function layerNorm(g: GraphBuilder, x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  return g.inLayer('layer-norm', () => g.apply('LayerNormalization', [x, scale, bias], { epsilon }))
}
