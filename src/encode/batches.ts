import type { Random } from '../base/random.js'

/** How many batches' worth of sentences are sorted by length together: more means less padding and less chance. */
const WINDOW = 50

/**
 * Plans one epoch: which sentences (indices into `lengths`) make up each batch, so that the sentences of a batch are of
 * similar length and still come together by chance. Shuffles all, sorts by length within windows, cuts these into
 * batches, and shuffles the batches. Every index occurs exactly once.
 *
 * @param lengths units of each sentence
 * @param batchSize sentences per batch, at least 1
 * @example
 * planBatches([3, 9, 4, 8], { batchSize: 2, random: Random.fromSeed(1) }) // [[0, 2], [3, 1]] or [[3, 1], [0, 2]]
 */
export function planBatches(
  lengths: ArrayLike<number>,
  { batchSize, random }: { readonly batchSize: number; readonly random: Random },
): number[][] {
  if (!(batchSize >= 1)) throw new RangeError(`a batch has at least 1 sentence, not ${batchSize}`)
  const order = random.shuffle(Array.from(lengths, (_, i) => i))
  const batches: number[][] = []
  for (let at = 0; at < order.length; at += WINDOW * batchSize) {
    const sorted = order.slice(at, at + WINDOW * batchSize).sort((a, b) => lengths[a] - lengths[b])
    for (let first = 0; first < sorted.length; first += batchSize)
      batches.push(sorted.slice(first, first + batchSize))
  }
  return random.shuffle(batches)
}
