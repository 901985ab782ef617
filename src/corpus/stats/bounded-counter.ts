/**
 * Counts strings in bounded memory. Beyond `capacity` different ones, the rarest are forgotten; the counts are then lower
 * bounds, and `isExact` is false.
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

  /** How many different strings are known: all of them if `isExact`. */
  get size(): number {
    return this.counts.size
  }

  /** From the most to the least frequent; equal ones in order of appearance. */
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
