import type { FindingKind, FindingLog } from './finding.js'

const KINDS: FindingKind = {
  severity: 'info',
  code: 'ambiguous-mentions',
  message: 'mentions have a type that is rare for them (one in ten at most): some may be mistakes',
  remedy: 'look at these places; where both types are right, context will have to tell',
}

/** More different mentions than this are not looked at. */
const CAPACITY = 500_000
/** A mention must occur this often before a rare type of it is suspicious. */
const OFTEN = 10

/** Remembers which types each mention has, and where each was seen first. */
export class MentionTypes {
  private readonly types = new Map<string, Map<string, { count: number; where: string }>>()

  add(mention: string, type: string, where: string): void {
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
          log.add(KINDS, where, `${mention}: ${type} ${count}, but ${most} ${mostCount}`, count)
    }
  }
}
