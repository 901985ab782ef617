/** How often each word occurs, by its number. */
export class WordCounts {
  private counts = new Int32Array(1024)
  total = 0
  /** How many different words there are. */
  different = 0

  add(word: number): void {
    if (word >= this.counts.length) {
      const larger = new Int32Array(2 * Math.max(word, this.counts.length))
      larger.set(this.counts)
      this.counts = larger
    }
    if (this.counts[word]++ === 0) this.different++
    this.total++
  }

  of(word: number): number {
    return word < this.counts.length ? this.counts[word] : 0
  }

  /** Words have smaller numbers than this. */
  get limit(): number {
    return this.counts.length
  }
}
