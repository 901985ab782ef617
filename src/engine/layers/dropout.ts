import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/**
 * Dropout (Srivastava et al. 2014) by a mask that comes from outside: `fillDropoutMask` (encode/dropout.ts) draws it
 * from the run's one generator, 0 where a cell is dropped, else 1/(1−p). Cheaper than ONNX's own Dropout, and the same
 * on every runtime. In inference there is none.
 *
 * @param x `[time, features, batch]`
 * @param mask of the same shape; or `[1, features, batch]`, one mask for a sentence's every step (variational dropout,
 *   Gal & Ghahramani 2016). A mask that is also 0 at padding makes a padded batch safe for the layers after it.
 * @returns as x
 * @example
 * const y = dropout(g, x, g.input('mask', 'float32', ['time', 200, 'batch']))
 */
export function dropout(g: GraphBuilder, x: Value, mask: Value): Value {
  return g.inLayer('dropout', () => g.mul(x, mask))
}
