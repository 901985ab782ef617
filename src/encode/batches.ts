import type { Random } from '../base/random.js'

export interface BatchOptions {
  /** Sentences a batch, at most. */
  readonly batchSize: number
  /** Padded tokens a batch (sentences × longest), at most; a longer sentence makes a batch of its own. */
  readonly maxTokens?: number
  /** `false`: sorted by length throughout, in a fixed order; for scoring. Default `true`. */
  readonly shuffle?: boolean
  /** Within how many batches' worth of sentences the lengths are sorted; more: less padding, less chance. Default 50. */
  readonly window?: number
  /** Needed to shuffle. */
  readonly random?: Random
}

/**
 * Plans one epoch: which sentences (indices into `lengths`) make up each batch, so that a batch's sentences are of
 * similar length and still fall together by chance: shuffle all, sort by length within windows, cut into batches,
 * shuffle the batches. Every index occurs exactly once.
 *
 * @param lengths tokens of each sentence
 * @throws RangeError for a batch size under 1 or shuffling without a generator.
 * @example
 * planBatches([3, 9, 4, 8], { batchSize: 2, shuffle: false }) // [[0, 2], [3, 1]]
 */
export function planBatches(lengths: ArrayLike<number>, options: BatchOptions): number[][] {
  const { batchSize, maxTokens = Number.POSITIVE_INFINITY, shuffle = true, window = 50, random } = options
  if (!(batchSize >= 1) || !(maxTokens >= 1) || !(window >= 1))
    throw new RangeError('batch size, tokens a batch and window are at least 1')
  const order = Array.from(lengths, (_, i) => i)
  const byLength = (a: number, b: number) => lengths[a] - lengths[b]
  if (!shuffle) return cut(order.sort(byLength), lengths, batchSize, maxTokens)
  if (!random) throw new RangeError('shuffling batches needs a random generator')
  random.shuffle(order)
  const batches: number[][] = []
  const step = Math.max(1, Math.floor(window)) * batchSize
  for (let at = 0; at < order.length; at += step)
    batches.push(...cut(order.slice(at, at + step).sort(byLength), lengths, batchSize, maxTokens))
  return random.shuffle(batches)
}

/** Cuts a list sorted by rising length. */
function cut(
  sorted: readonly number[],
  lengths: ArrayLike<number>,
  batchSize: number,
  maxTokens: number,
): number[][] {
  const batches: number[][] = []
  let batch: number[] = []
  for (const index of sorted) {
    const full = batch.length >= batchSize || (batch.length + 1) * lengths[index] > maxTokens
    if (full && batch.length > 0) {
      batches.push(batch)
      batch = []
    }
    batch.push(index)
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}

/** What share of the batches' padded tokens is padding, in [0, 1). */
export function paddingShare(batches: readonly (readonly number[])[], lengths: ArrayLike<number>): number {
  let real = 0
  let padded = 0
  for (const batch of batches) {
    let longest = 0
    for (const index of batch) {
      real += lengths[index]
      longest = Math.max(longest, lengths[index])
    }
    padded += longest * batch.length
  }
  return padded === 0 ? 0 : 1 - real / padded
}
