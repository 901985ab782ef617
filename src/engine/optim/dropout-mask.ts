import type { Random } from '../../base/random.js'

/**
 * Dropout (Srivastava et al. 2014) as a mask to multiply by in a graph, so that it comes from the caller's generator and is
 * the same on every runtime. Each element is 0 with probability `p`, else 1/(1−p): inference needs no rescaling.
 *
 * @param p in [0, 1)
 * @throws RangeError for any other p
 * @example
 * fillDropoutMask(new Float32Array(1024), 0.5, Random.fromSeed(1)) // about 512 times 2, else 0
 */
export function fillDropoutMask(mask: Float32Array, p: number, random: Random): Float32Array {
  if (!(p >= 0 && p < 1)) throw new RangeError(`dropout: expected a probability in [0, 1), got ${p}`)
  if (p === 0) return mask.fill(1)
  if (p === 0.5) return fillHalf(mask, random)
  const kept = 1 / (1 - p)
  const threshold = Math.floor(p * 2147483648) | 0
  // The sign bit of the difference decides: a branch on random numbers is mispredicted and takes twice as long.
  for (let i = 0; i < mask.length; i++) mask[i] = kept * (1 - (((random.uint32() >>> 1) - threshold) >>> 31))
  return mask
}

/** One random bit per element. */
function fillHalf(mask: Float32Array, random: Random): Float32Array {
  const whole = mask.length - (mask.length % 32)
  for (let i = 0; i < whole; i += 32) {
    const bits = random.uint32()
    for (let k = 0; k < 32; k++) mask[i + k] = ((bits >>> k) & 1) << 1
  }
  if (whole < mask.length) {
    const bits = random.uint32()
    for (let k = 0; whole + k < mask.length; k++) mask[whole + k] = ((bits >>> k) & 1) << 1
  }
  return mask
}
