import type { Random } from '../base/random.js'

/** How many batches' worth of sentences are sorted by length together: more means less padding and less chance. */
const WINDOW = 50

export interface BatchOptions {
  /** Sentences per batch, at least 1. */
  readonly batchSize: number
  readonly random: Random
  /** How many batches in a row are of similar length, for threads that wait for one another. Default 1. */
  readonly together?: number
}

/**
 * Plans one epoch: which sentences (indices into `lengths`) make up each batch, so that the sentences of a batch are of
 * similar length and still come together by chance. Shuffles all, sorts by length within windows, cuts these into
 * batches, and shuffles the batches. Every index occurs exactly once.
 *
 * With `together`, rows of so many batches are shuffled instead. What does not fill a row comes last.
 *
 * @param lengths units of each sentence
 * @example
 * planBatches([3, 9, 4, 8], { batchSize: 2, random: Random.fromSeed(1) }) // [[0, 2], [3, 1]] or [[3, 1], [0, 2]]
 */
export function planBatches(
  lengths: ArrayLike<number>,
  { batchSize, random, together = 1 }: BatchOptions,
): number[][] {
  if (!(batchSize >= 1)) throw new RangeError(`a batch has at least 1 sentence, not ${batchSize}`)
  const order = random.shuffle(Array.from(lengths, (_, i) => i))
  const rows: number[][][] = []
  const rest: number[][] = []
  for (let at = 0; at < order.length; at += WINDOW * batchSize) {
    const sorted = order.slice(at, at + WINDOW * batchSize).sort((a, b) => lengths[a] - lengths[b])
    const batches: number[][] = []
    for (let first = 0; first < sorted.length; first += batchSize)
      batches.push(sorted.slice(first, first + batchSize))
    while (batches.length >= together) rows.push(batches.splice(0, together))
    rest.push(...batches)
  }
  return [...random.shuffle(rows).flat(), ...random.shuffle(rest)]
}
