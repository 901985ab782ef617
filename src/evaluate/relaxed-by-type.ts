import { byCodePoint } from '../base/code-point-order.js'
import type { TokenSpan } from '../tags/span.js'
import { EntityMatcher } from './entity-matcher.js'
import type { RelaxedPrf, SemevalPrf } from './scores.js'

/** Relaxed scores of one type: those that its entities would have if there were no others. */
export interface RelaxedTypeScores {
  /** Credited on any overlap. */
  readonly overlap: RelaxedPrf
  /** SemEval's scheme `partial`: half a credit for an overlap with other boundaries. */
  readonly partial: SemevalPrf
}

/**
 * Counts relaxed matches type by type.
 *
 * @example
 * const relaxed = new RelaxedByType()
 * relaxed.add([{ start: 0, end: 2, type: 'PER' }], [{ start: 0, end: 1, type: 'PER' }])
 * relaxed.result().PER.partial.f1 // 0.5
 */
export class RelaxedByType {
  private readonly matchers = new Map<string, EntityMatcher>()

  /** Adds a sentence; both sides in order, without overlaps. */
  add(gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): void {
    for (const type of new Set([...gold, ...predicted].map(span => span.type))) {
      let matcher = this.matchers.get(type)
      if (!matcher) {
        matcher = new EntityMatcher()
        this.matchers.set(type, matcher)
      }
      const ofType = (span: TokenSpan) => span.type === type
      matcher.add(gold.filter(ofType), predicted.filter(ofType))
    }
  }

  /** By type, in code point order. */
  result(): Readonly<Record<string, RelaxedTypeScores>> {
    const types = [...this.matchers].sort(([a], [b]) => byCodePoint(a, b))
    return Object.fromEntries(
      types.map(([type, matcher]) => {
        const { relaxed, semeval } = matcher.result()
        return [type, { overlap: relaxed.type, partial: semeval.partial }]
      }),
    )
  }
}
