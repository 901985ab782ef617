import type { Random } from '../../base/random.js'

/**
 * Dropout is made here and handed to the graph as a mask, so that it comes from the run's one generator.
 * Each element is 0 with probability `p`, else 1/(1−p) (inverted dropout: nothing is rescaled when tagging).
 *
 * @param p in [0, 1)
 * @throws RangeError for any other p.
 * @example
 * fillDropoutMask(new Float32Array(1024), 0.5, Random.fromSeed(1)) // about 512 times 2, else 0
 */
export function fillDropoutMask(mask: Float32Array, p: number, random: Random): Float32Array {
  if (!(p >= 0 && p < 1)) throw new RangeError(`a dropout probability lies in [0, 1), not ${p}`)
  if (p === 0) return mask.fill(1)
  if (p === 0.5) return fillHalf(mask, random)
  const kept = 1 / (1 - p)
  const threshold = Math.floor(p * 2147483648) | 0
  // The sign bit of the difference says whether to drop: a branch on chance is mispredicted and takes twice as long.
  for (let i = 0; i < mask.length; i++) mask[i] = kept * (1 - (((random.uint32() >>> 1) - threshold) >>> 31))
  return mask
}

/** One bit an element. */
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
