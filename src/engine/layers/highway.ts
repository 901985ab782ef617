import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { linear } from './linear.js'

/**
 * A highway layer (Srivastava, Greff & Schmidhuber 2015): `y = t∘relu(W_h·x + b_h) + (1 − t)∘x` with the gate
 * `t = σ(W_t·x + b_t)`. Start b_t below zero, at −1 to −3, so that at first the input passes.
 *
 * @param x `[time, size, batch]`
 * @param weight `[2·size, size]`: W_h above W_t, one product for both
 * @param bias `[2·size, 1]`: b_h above b_t
 * @returns `[time, size, batch]`
 * @example
 * const y = highway(g, x, weight, bias, 100)
 */
export function highway(g: GraphBuilder, x: Value, weight: Value, bias: Value, size: number): Value {
  return g.inLayer('highway', () => {
    const sums = linear(g, x, weight, bias, { inputs: size, outputs: 2 * size })
    const [h, t] = g.split(sums, [size, size], 1)
    return g.add(x, g.mul(g.sigmoid(t), g.sub(g.relu(h), x)))
  })
}
