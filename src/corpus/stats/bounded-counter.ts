/**
 * Counts strings in bounded memory: when more than `capacity` different ones are held, the rarest are forgotten.
 * Counts of what is left are then lower bounds, and `isExact` says so.
 */
export class BoundedCounter {
  private readonly counts = new Map<string, { count: number }>()
  private forgotten = 0

  constructor(private readonly capacity: number) {}

  add(key: string): void {
    const known = this.counts.get(key)
    if (known) {
      known.count++
      return
    }
    this.counts.set(key, { count: 1 })
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
    return [...this.counts]
      .map(([key, { count }]): [string, number] => [key, count])
      .sort((a, b) => b[1] - a[1])
  }

  private shrink(): void {
    for (let least = 1; this.counts.size > this.capacity / 2; least++)
      for (const [key, { count }] of this.counts)
        if (count <= least) {
          this.counts.delete(key)
          this.forgotten++
        }
  }
}
