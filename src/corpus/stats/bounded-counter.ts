/**
 * Counts strings in bounded memory: when more than `capacity` different ones are held, the rarest are forgotten.
 * Counts of what is left are then lower bounds, and `isExact` says so.
 */
export class BoundedCounter {
  private readonly counts = new Map<string, number>()
  private forgotten = 0

  constructor(private readonly capacity: number) {}

  add(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
    if (this.counts.size > this.capacity) this.shrink()
  }

  get isExact(): boolean {
    return this.forgotten === 0
  }

  /** Different strings held; all there were where `isExact`. */
  get size(): number {
    return this.counts.size
  }

  /** From the most frequent to the rarest; equals in order of appearance. */
  sorted(): [string, number][] {
    return [...this.counts].sort((a, b) => b[1] - a[1])
  }

  private shrink(): void {
    for (let least = 1; this.counts.size > this.capacity / 2; least++)
      for (const [key, count] of this.counts)
        if (count <= least) {
          this.counts.delete(key)
          this.forgotten++
        }
  }
}
