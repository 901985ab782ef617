import { faultOfTag, ILL_FORMED_KINDS, type IllFormedKind, isUnfinished } from './ill-formed.js'
import { pairIndex, TAG_PAIRS } from './read-spans.js'
import { parseTag, type Scheme } from './scheme.js'

export interface DetectedScheme {
  /** The scheme that the fewest tags break; BIO if there is no entity at all. */
  readonly scheme: Scheme
  /** How many faults the tags have under that scheme, and of which kinds. */
  readonly illFormed: number
  readonly kinds: Readonly<Record<IllFormedKind, number>>
  /** How many tags are not `O`; with 0 the scheme is a guess. */
  readonly entityTags: number
  /** Every scheme without a fault, the chosen one included if it has none. */
  readonly fits: readonly Scheme[]
}

/** Ties go to the first: `I-` alone is IOB1 (as CoNLL-2003 writes it), single `B-` tokens are BIO. */
const PREFERENCE: readonly Scheme[] = ['BIO', 'IOB1', 'IOBES', 'BILOU', 'BMES', 'BMEWO', 'IO']
const OUTSIDE = parseTag('O')

/**
 * Detects a corpus's scheme sentence by sentence, in constant memory: it counts pairs of neighboring prefixes, with the
 * same type or not, which is all that well-formedness depends on.
 *
 * @example
 * const detector = new SchemeDetector()
 * for (const sentence of sentences) detector.add(sentence.tags)
 * detector.result().scheme // 'BIO'
 */
export class SchemeDetector {
  /** How often each of `TAG_PAIRS` occurs, the sentence's edges counted as `O`. */
  private readonly pairs = new Float64Array(TAG_PAIRS.length)
  private entityTags = 0

  /** @throws TagError `tags/malformed` */
  add(tags: readonly string[]): void {
    if (tags.length === 0) return
    let previous = OUTSIDE
    for (const text of tags) {
      const next = parseTag(text)
      this.pairs[pairIndex(previous, next)]++
      if (next.prefix !== 'O') this.entityTags++
      previous = next
    }
    this.pairs[pairIndex(previous, OUTSIDE)]++
  }

  result(): DetectedScheme {
    const { entityTags } = this
    const counted = PREFERENCE.map(scheme => ({ scheme, ...this.faults(scheme) }))
    const best = counted.reduce((a, b) => (b.illFormed < a.illFormed ? b : a))
    const fits = counted.filter(each => each.illFormed === 0).map(each => each.scheme)
    return Object.freeze({ ...best, entityTags, fits })
  }

  /** The faults under one scheme, whether or not it fits best. */
  resultFor(scheme: Scheme): Pick<DetectedScheme, 'illFormed' | 'kinds'> {
    return Object.freeze(this.faults(scheme))
  }

  private faults(scheme: Scheme): { illFormed: number; kinds: Record<IllFormedKind, number> } {
    const kinds = Object.fromEntries(ILL_FORMED_KINDS.map(kind => [kind, 0])) as Record<IllFormedKind, number>
    this.pairs.forEach((count, index) => {
      if (count === 0) return
      const { previous, next, sameType } = TAG_PAIRS[index]
      if (isUnfinished(scheme, previous, next, sameType)) kinds.unfinished += count
      const kind = faultOfTag(scheme, previous, next, sameType)
      if (kind) kinds[kind] += count
    })
    return { illFormed: Object.values(kinds).reduce((a, b) => a + b, 0), kinds }
  }
}

/** The scheme of tag sequences in memory; see {@link SchemeDetector}. */
export function detectScheme(tagSequences: Iterable<readonly string[]>): DetectedScheme {
  const detector = new SchemeDetector()
  for (const tags of tagSequences) detector.add(tags)
  return detector.result()
}
