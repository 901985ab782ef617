/** One labeled document in so many is kept from training, to estimate F1. */
const ONE_IN = 5

/**
 * Whether a document is held out from training. It depends on the number alone, so that a document never moves from one
 * part to the other, whatever is labeled later.
 */
export function isHeldOut(number: number): boolean {
  // murmur3's finalizer: consecutive numbers fall apart.
  let h = (number + 1) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) % ONE_IN === 0
}
