/** Types of two labelings that mean the same under different names. */
import { canonicalType } from '../tags/canonical-type.js'
import type { Scores } from './scores.js'

/** A predicted type that gold does not have, and the gold type that it most likely means. */
export interface TypeSuggestion {
  readonly from: string
  readonly to: string
  /** Of the `overlapping` entities of type `from` that overlap a gold one, how many overlap one of type `to`. */
  readonly shared: number
  readonly overlapping: number
}

/** Fewer overlaps than this say nothing by themselves. */
const FEWEST = 3
/** Types that annotation guidelines draw apart and others take together, by canonical name. */
const RELATED: Readonly<Record<string, readonly string[]>> = {
  geopoliticalentity: ['location'],
  location: ['geopoliticalentity'],
  facility: ['location'],
  corporation: ['organization'],
  company: ['organization'],
  group: ['organization'],
}

/**
 * For each predicted type that gold does not have, the gold type that most of its entities overlap, or the one with a name
 * for the same. A type for which neither is found is left out.
 *
 * @example
 * suggestTypes(scores) // [{ from: 'PERSON', to: 'PER', shared: 812, overlapping: 830 }]
 */
export function suggestTypes({
  exact,
  typeConfusion,
}: Pick<Scores, 'exact' | 'typeConfusion'>): TypeSuggestion[] {
  const { types, matrix } = typeConfusion
  const ofGold = types.filter(type => exact.types[type].gold > 0)
  return foreignTypes({ exact }).flatMap(from => {
    const column = types.indexOf(from)
    const shares = ofGold.map(to => ({ to, shared: matrix[types.indexOf(to)][column] }))
    const overlapping = shares.reduce((sum, { shared }) => sum + shared, 0)
    const most = shares.reduce<(typeof shares)[number] | undefined>(
      (best, each) => (each.shared > (best?.shared ?? 0) ? each : best),
      undefined,
    )
    const byOverlap = overlapping >= FEWEST && most && most.shared >= overlapping / 2 ? most : undefined
    const named = byName(from, ofGold)
    const found = byOverlap ?? shares.find(({ to }) => to === named)
    return found ? [{ from, ...found, overlapping }] : []
  })
}

/** Predicted types that gold does not have. */
export function foreignTypes({ exact }: Pick<Scores, 'exact'>): string[] {
  return Object.entries(exact.types).flatMap(([type, { gold }]) => (gold === 0 ? [type] : []))
}

/** The type with a name for the same: another spelling, an abbreviation, or a related type. */
function byName(type: string, candidates: readonly string[]): string | undefined {
  const own = canonicalType(type)
  const isShort = (a: string, b: string) => a.length >= 3 && b.startsWith(a)
  const tests: readonly ((other: string) => boolean)[] = [
    other => other === own,
    other => isShort(other, own) || isShort(own, other),
    other => (RELATED[own] ?? []).includes(other),
  ]
  for (const test of tests) {
    const found = candidates.find(candidate => test(canonicalType(candidate)))
    if (found !== undefined) return found
  }
  return undefined
}
