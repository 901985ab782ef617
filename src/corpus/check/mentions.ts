import type { FilePlace } from '../../base/fault.js'
import type { FindingLog } from './finding.js'

/** No more different mentions than this are counted. */
const CAPACITY = 500_000
/** A mention must occur this often for a rare type to be suspicious. */
const OFTEN = 10

/** Counts the types of each mention, and remembers where each type was first seen. */
export class MentionTypes {
  private readonly types = new Map<string, Map<string, { count: number; where: FilePlace }>>()

  add(mention: string, type: string, where: FilePlace): void {
    let counts = this.types.get(mention)
    if (counts === undefined) {
      if (this.types.size >= CAPACITY) return
      counts = new Map()
      this.types.set(mention, counts)
    }
    const known = counts.get(type)
    if (known) known.count++
    else counts.set(type, { count: 1, where })
  }

  report(log: FindingLog): void {
    for (const [mention, counts] of this.types) {
      if (counts.size < 2) continue
      const sorted = [...counts].sort((a, b) => b[1].count - a[1].count)
      const total = sorted.reduce((sum, [, { count }]) => sum + count, 0)
      const [most, { count: mostCount }] = sorted[0]
      for (const [type, { count, where }] of sorted.slice(1))
        if (total >= OFTEN && count * 10 <= mostCount)
          log.add('ambiguous-mentions', where, `${mention}: ${type} ${count}, but ${most} ${mostCount}`, {
            times: count,
          })
    }
  }
}
