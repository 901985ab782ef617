import type { FilePlace } from '../../base/fault.js'
import type { Check, CheckContext, CheckedSentence, CheckKind } from './check.js'
import { info } from './finding.js'

const AMBIGUOUS = info(
  'ambiguous-mentions',
  'mentions have a type that is rare for them (at most one in ten): some may be mistakes',
  'look at these places; if both types are right, the context must tell them apart',
)

/** No more different mentions than this are counted. */
const CAPACITY = 500_000
/** Longer ones are not counted: they hardly occur twice. */
const LONGEST = 200
/** A mention must occur this often for a rare type to be suspicious. */
const OFTEN = 10

/** Mentions with a type that is rare for them. */
export const mentions: CheckKind = { finds: [AMBIGUOUS], create: context => new MentionCheck(context) }

/** Counts the types of each mention, and remembers where each type was first seen. */
class MentionCheck implements Check {
  private readonly types = new Map<string, Map<string, { count: number; where: FilePlace }>>()

  constructor(private readonly context: CheckContext) {}

  add({ tokens, spans, at }: CheckedSentence): void {
    for (const { start, end, type } of spans) {
      const mention = end - start === 1 ? tokens[start] : tokens.slice(start, end).join(' ')
      if (mention.length > LONGEST) continue
      let counts = this.types.get(mention)
      if (counts === undefined) {
        if (this.types.size >= CAPACITY) continue
        counts = new Map()
        this.types.set(mention, counts)
      }
      const known = counts.get(type)
      if (known) known.count++
      else counts.set(type, { count: 1, where: at(start) })
    }
  }

  end(): void {
    const { log } = this.context
    for (const [mention, counts] of this.types) {
      if (counts.size < 2) continue
      const sorted = [...counts].sort((a, b) => b[1].count - a[1].count)
      const total = sorted.reduce((sum, [, { count }]) => sum + count, 0)
      const [most, { count: mostCount }] = sorted[0]
      for (const [type, { count, where }] of sorted.slice(1))
        if (total >= OFTEN && count * 10 <= mostCount)
          log.add(AMBIGUOUS, where, `${mention}: ${type} ${count}, but ${most} ${mostCount}`, {
            times: count,
          })
    }
  }
}
