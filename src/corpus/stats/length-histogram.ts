/** A summary of lengths in tokens. */
export interface LengthSummary {
  readonly min: number
  readonly median: number
  readonly mean: number
  /** 95% are at most this long. */
  readonly p95: number
  readonly max: number
}

/** How often each length occurs. */
export class LengthHistogram {
  private readonly counts = new Map<number, number>()
  private total = 0

  add(length: number): void {
    this.counts.set(length, (this.counts.get(length) ?? 0) + 1)
    this.total++
  }

  /** The smallest length that at least this share of all does not exceed. @param share 0 … 1 */
  quantile(share: number): number {
    let seen = 0
    let length = 0
    for (const [next, count] of [...this.counts].sort((a, b) => a[0] - b[0])) {
      length = next
      seen += count
      if (seen >= share * this.total) break
    }
    return length
  }

  /** `null` if nothing was counted. */
  summary(): LengthSummary | null {
    if (this.total === 0) return null
    let sum = 0
    for (const [length, count] of this.counts) sum += length * count
    return {
      min: this.quantile(0),
      median: this.quantile(0.5),
      mean: sum / this.total,
      p95: this.quantile(0.95),
      max: this.quantile(1),
    }
  }
}
