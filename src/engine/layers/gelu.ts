import type { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import type { Value } from '../graph/value.js'
import { inSlices } from './slices.js'

/**
 * GELU of a sum, x + b, exact: z·Φ(z) (Hendrycks & Gimpel 2016). Its gradient is a chain of passes over numbers that do not fit in a
 * processor's cache; it is computed slice by slice, so that they do.
 *
 * @param x `[batch, time, features]`, or of any other rank
 * @param bias `[features]`
 * @returns as x
 */
export function biasedGelu(g: GraphBuilder, x: Value, bias: Value): Value {
  return g.inLayer('gelu', () => {
    const z = g.add(x, bias)
    const [y] = g.withGradient({
      inputs: [x, bias],
      outputs: [g.gelu(z)],
      backward: (b, [dY]) => {
        if (!dY) return [null, null]
        if (x.shape.length !== 3) {
          const dZ = geluGradient(b, z, dY)
          return [dZ, b.reduceSum(dZ, leading(dZ))]
        }
        const [dZ, sums] = inSlices(b, [z, dY], (body, [slice, d]) => {
          const dSlice = geluGradient(body, slice, d)
          return { rows: [dSlice], others: [body.reduceSum(dSlice, [0])] }
        })
        return [dZ, b.reduceSum(sums, [0])]
      },
    })
    return y
  })
}

/** All axes but the last. */
function leading({ shape }: Value): readonly number[] {
  return shape.slice(0, -1).map((_, axis) => axis)
}

function geluGradient(g: GraphBuilder, z: Value, dY: Value): Value {
  return gradients(g, g.gelu(z), [z], { seed: dY })[0]
}
