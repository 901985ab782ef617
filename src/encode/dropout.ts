import type { Random } from '../base/random.js'
import { PAD_ID, UNKNOWN_ID } from './vocabulary.js'

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

export interface VariationalShape {
  /** What lies outside time: 1 for time-major tensors, the batch for batch-major ones. */
  readonly outer: number
  readonly time: number
  /** What lies inside time: batch × features for time-major tensors, features for batch-major ones. */
  readonly inner: number
}

/**
 * Variational dropout (Gal & Ghahramani 2016): one mask for each sentence and feature, the same at every time step.
 * `mask` is `[outer, time, inner]`.
 */
export function fillVariationalMask(
  mask: Float32Array,
  { outer, time, inner }: VariationalShape,
  p: number,
  random: Random,
): Float32Array {
  if (mask.length !== outer * time * inner)
    throw new RangeError(`a mask of ${mask.length} elements is not [${outer}, ${time}, ${inner}]`)
  if (time === 0) return mask
  for (let o = 0; o < outer; o++) {
    const start = o * time * inner
    fillDropoutMask(mask.subarray(start, start + inner), p, random)
    for (let t = 1; t < time; t++) mask.copyWithin(start + t * inner, start, start + inner)
  }
  return mask
}

export interface WordDropout {
  readonly probability: number
  readonly random: Random
  /** Which ids may be dropped; default all but padding. A usual choice is words seen once in training. */
  readonly isDroppable?: (id: number) => boolean
}

/**
 * Replaces words by `<UNK>` at random, so that its vector is trained. In place; padding stays.
 *
 * @returns how many were replaced
 */
export function dropWords(ids: Int32Array, { probability, random, isDroppable }: WordDropout): number {
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`a word dropout lies in [0, 1], not ${probability}`)
  if (probability === 0) return 0
  let dropped = 0
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === PAD_ID || random.float() >= probability) continue
    if (isDroppable && !isDroppable(ids[i])) continue
    if (ids[i] !== UNKNOWN_ID) dropped++
    ids[i] = UNKNOWN_ID
  }
  return dropped
}
