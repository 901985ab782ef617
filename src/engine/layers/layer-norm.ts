/**
 * Layer normalization (Ba, Kiros & Hinton 2016): every token's features to mean 0 and variance 1, then scaled and
 * shifted. Two layouts: features in the middle, as recurrent layers have them, or last, as attention has them.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5, as in PyTorch. */
  readonly epsilon?: number
}

/**
 * Feature-major. The backward pass is derived by hand: it needs the normalized features and one number a token.
 *
 * @param x `[time, features, batch]`
 * @param scale `[features, 1]`, 1 at first
 * @param bias `[features, 1]`, 0 at first
 * @returns `[time, features, batch]`
 */
export function layerNorm(
  g: GraphBuilder,
  x: Value,
  scale: Value,
  bias: Value,
  { epsilon = 1e-5 }: LayerNormOptions = {},
): Value {
  return g.inLayer('layer-norm', () => {
    const average = (b: GraphBuilder, value: Value) => b.reduceMean(value, [1], { keepDims: true })
    const centered = g.sub(x, average(g, x))
    const variance = average(g, g.mul(centered, centered))
    const inverse = g.reciprocal(g.sqrt(g.add(variance, epsilon))) // [time, 1, batch]
    const unit = g.mul(centered, inverse)
    const [y] = g.withGradient({
      inputs: [x, scale, bias],
      outputs: [g.add(g.mul(unit, scale), bias)],
      backward: (b, [dY]) => {
        if (!dY) return [null, null, null]
        const d = b.mul(dY, scale)
        const along = b.mul(unit, average(b, b.mul(d, unit)))
        const total = (value: Value) => b.unsqueeze(b.reduceSum(b.reduceSum(value, [0]), [1]), [1]) // [features, 1]
        return [b.mul(inverse, b.sub(b.sub(d, average(b, d)), along)), total(b.mul(dY, unit)), total(dY)]
      },
    })
    return y
  })
}

/**
 * Features last: ONNX's own operator.
 *
 * @param x `[…, features]`
 * @param scale `[features]`
 * @param bias `[features]`
 * @returns as x
 */
export function layerNormLast(
  g: GraphBuilder,
  x: Value,
  scale: Value,
  bias: Value,
  { epsilon = 1e-5 }: LayerNormOptions = {},
): Value {
  return g.inLayer('layer-norm', () => g.layerNormalization(x, scale, bias, { axis: -1, epsilon }))
}
