import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { roundedProduct } from './rounded-linear.js'

/**
 * An affine map of features that stand in the middle, as recurrent layers have them.
 *
 * @param x `[time, inputs, batch]`
 * @param weight `[outputs, inputs]`
 * @param bias `[outputs, 1]`
 * @returns `[time, outputs, batch]`
 */
export function linear(g: GraphBuilder, x: Value, weight: Value, bias: Value): Value {
  const [outputs, inputs] = [fixedSize(weight, 0), fixedSize(weight, 1)]
  return g.inLayer('linear', () => {
    const y = g.add(g.matMul(weight, x), bias)
    // By hand for the weight's gradient: one product over all steps instead of a sum of one per step.
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

/**
 * An affine map of features that stand last, as attention has them.
 *
 * @param x `[…, inputs]`
 * @param weight `[inputs, outputs]`
 * @param bias `[outputs]`, or `null` for none
 * @returns `[…, outputs]`
 */
export function linearLast(g: GraphBuilder, x: Value, weight: Value, bias: Value | null): Value {
  return g.inLayer('linear', () => {
    const rounded = roundedProduct(g, x, weight, bias)
    if (rounded) return rounded
    const product = g.matMul(x, weight)
    return bias ? g.add(product, bias) : product
  })
}

/** The length of an axis. @throws RangeError where it is known only when the graph runs */
export function fixedSize(value: Value, axis: number): number {
  const size = value.shape.at(axis)
  if (typeof size !== 'number')
    throw new RangeError(`axis ${axis} of [${value.shape.join(', ')}]: expected a fixed length`)
  return size
}
