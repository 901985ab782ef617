/**
 * What stands around each word of some texts: the sum of the vectors of the words right before it, right after it, and
 * up to `SPAN` tokens to either side. Words without a vector count as nothing. Sentences are added one after another.
 */
export class ContextSums {
  /** `[words, 3, dim]` */
  private readonly sums: Float64Array
  /** `[words, 3]`: how many vectors are in each sum. */
  private readonly counts: Float64Array

  /** @param words how many words have contexts of their own */
  constructor(
    words: number,
    private readonly dim: number,
  ) {
    this.sums = new Float64Array(words * 3 * dim)
    this.counts = new Float64Array(words * 3)
  }

  /**
   * @param vectors of the words of a sentence
   * @param slots the place of each of these words among those that have contexts of their own; −1 for others
   */
  add(vectors: readonly (Float32Array | undefined)[], slots: ArrayLike<number>): void {
    const { dim } = this
    const { length } = vectors
    // The sum of all vectors before each place, and how many they are.
    const before = new Float64Array((length + 1) * dim)
    const known = new Float64Array(length + 1)
    vectors.forEach((vector, at) => {
      known[at + 1] = known[at] + (vector ? 1 : 0)
      for (let d = 0; d < dim; d++)
        before[(at + 1) * dim + d] = before[at * dim + d] + (vector ? vector[d] : 0)
    })
    for (let at = 0; at < length; at++) {
      if (slots[at] < 0) continue
      const ranges = [
        [at - 1, at],
        [at + 1, at + 2],
        [at - SPAN, at],
        [at + 1, at + 1 + SPAN],
      ]
      ranges.forEach(([from, to], range) => {
        const [start, end] = [Math.max(0, from), Math.min(length, to)]
        if (start >= end) return
        const part = slots[at] * 3 + Math.min(2, range)
        this.counts[part] += known[end] - known[start]
        for (let d = 0; d < dim; d++)
          this.sums[part * dim + d] += before[end * dim + d] - before[start * dim + d]
      })
    }
  }

  /** The three means of a word, one after another, and a 1: `[3 · dim + 1]`. */
  means(slot: number): Float64Array {
    const { dim } = this
    const means = new Float64Array(3 * dim + 1).fill(1, 3 * dim)
    for (let part = 0; part < 3; part++) {
      const count = this.counts[slot * 3 + part]
      if (count === 0) continue
      const from = (slot * 3 + part) * dim
      for (let d = 0; d < dim; d++) means[part * dim + d] = this.sums[from + d] / count
    }
    return means
  }
}

const SPAN = 10
