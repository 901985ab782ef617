import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface LinearSize {
  readonly inputs: number
  readonly outputs: number
}

/**
 * An affine map of features, feature-major.
 *
 * @param x `[time, inputs, batch]`
 * @param weight `[outputs, inputs]`
 * @param bias `[outputs, 1]`
 * @returns `[time, outputs, batch]`
 */
export function linear(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value,
  { inputs, outputs }: LinearSize,
): Value {
  return g.inLayer('linear', () => {
    const y = g.add(g.matMul(weight, x), bias)
    // By hand for the weight's gradient: one product over all tokens instead of a sum of one a step.
    const [output] = g.withGradient({
      inputs: [x, weight, bias],
      outputs: [y],
      backward: (builder, [dY]) => {
        if (!dY) return [null, null, null]
        const flat = (value: Value, rows: number) =>
          builder.reshape(builder.transpose(value, [1, 0, 2]), [rows, -1])
        const dFlat = flat(dY, outputs)
        return [
          builder.matMul(builder.transpose(weight, [1, 0]), dY),
          builder.matMul(dFlat, flat(x, inputs), { transB: true }),
          builder.reduceSum(dFlat, [1], { keepDims: true }),
        ]
      },
    })
    return output
  })
}
