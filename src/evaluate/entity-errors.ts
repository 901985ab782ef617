/**
 * Every error of a tagger in one of five classes. A gold and a predicted entity that overlap are one error between
 * them: same boundaries and another type (`type`), the same type and other boundaries (`boundary`), or neither
 * (`both`). An entity without a partner is `missed` or `spurious`. Partners are chosen among all overlapping pairs of a
 * sentence: exact pairs first, then same boundaries, same type, most shared tokens, leftmost.
 */
import type { TokenSpan } from '../tags/span.js'
import { isSameSpan, overlapOf, type PredictedSpan, type ScoredSentence } from './scored-sentence.js'

export type ErrorKind = 'boundary' | 'type' | 'both' | 'missed' | 'spurious'

export const ERROR_KINDS: readonly ErrorKind[] = ['boundary', 'type', 'both', 'missed', 'spurious']

export interface EntityError {
  readonly kind: ErrorKind
  /** Absent for `spurious`. */
  readonly gold?: TokenSpan
  /** Absent for `missed`. */
  readonly predicted?: PredictedSpan
}

/**
 * The errors of one sentence, from left to right.
 *
 * @example
 * entityErrors({ tokens, gold: [{ start: 0, end: 2, type: 'PER' }], predicted: [{ start: 0, end: 1, type: 'PER' }] })
 * // [{ kind: 'boundary', gold: …, predicted: … }]
 */
export function entityErrors({ gold, predicted }: Pick<ScoredSentence, 'gold' | 'predicted'>): EntityError[] {
  const restGold = gold.filter(g => !predicted.some(p => isSameSpan(g, p)))
  const restPredicted = predicted.filter(p => !gold.some(g => isSameSpan(g, p)))
  const pairs = restGold
    .flatMap(g => restPredicted.filter(p => overlapOf(g, p) > 0).map(p => ({ g, p, rank: closeness(g, p) })))
    .sort((a, b) => b.rank - a.rank || a.g.start - b.g.start || a.p.start - b.p.start)
  const takenGold = new Set<TokenSpan>()
  const takenPredicted = new Set<TokenSpan>()
  const errors: EntityError[] = []
  for (const { g, p } of pairs) {
    if (takenGold.has(g) || takenPredicted.has(p)) continue
    takenGold.add(g)
    takenPredicted.add(p)
    errors.push({ kind: kindOf(g, p), gold: g, predicted: p })
  }
  for (const g of restGold) if (!takenGold.has(g)) errors.push({ kind: 'missed', gold: g })
  for (const p of restPredicted) if (!takenPredicted.has(p)) errors.push({ kind: 'spurious', predicted: p })
  return errors.sort((a, b) => startOf(a) - startOf(b))
}

export function countErrors(errors: Iterable<Pick<EntityError, 'kind'>>): Record<ErrorKind, number> {
  const counts: Record<ErrorKind, number> = { boundary: 0, type: 0, both: 0, missed: 0, spurious: 0 }
  for (const { kind } of errors) counts[kind]++
  return counts
}

/** How many false negatives and false positives an error makes: two if both sides have an entity, else one. */
export function costOf(error: EntityError): number {
  return error.gold && error.predicted ? 2 : 1
}

function closeness(g: TokenSpan, p: TokenSpan): number {
  const sameBoundary = g.start === p.start && g.end === p.end ? 2e9 : 0
  return sameBoundary + (g.type === p.type ? 1e9 : 0) + overlapOf(g, p)
}

function kindOf(g: TokenSpan, p: TokenSpan): ErrorKind {
  if (g.type === p.type) return 'boundary'
  return g.start === p.start && g.end === p.end ? 'type' : 'both'
}

function startOf({ gold, predicted }: EntityError): number {
  return Math.min(gold?.start ?? Number.POSITIVE_INFINITY, predicted?.start ?? Number.POSITIVE_INFINITY)
}
