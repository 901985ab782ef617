import type { TokenSpan } from '../tags/span.js'
import { formatCount, formatPercent } from './format-number.js'
import { ratio } from './prf.js'
import { type Paint, textTable } from './text-table.js'

/** What one part of a recognizer found: a rule, or a part of a combination. */
export interface SourceCounts {
  /** All that it found. */
  readonly found: number
  /** Those of them that are entities of the corpus. */
  readonly right: number
  /** What is left of them, where others found something there too. */
  readonly predicted: number
  readonly correct: number
  /** `correct` of `predicted`. */
  readonly precision: number | null
  /** `correct` of the gold entities of the part's types. */
  readonly recall: number | null
}

/** How often what one part found was preferred to what another found at the same place. */
export interface SourceConflict {
  readonly winner: string
  readonly loser: string
  readonly count: number
  /** Of these, how often both found exactly the same. */
  readonly agreed: number
  /** How often only the winner was right, and how often only the loser. */
  readonly winnerRight: number
  readonly loserRight: number
}

/** What the parts of a recognizer found in a labeled corpus. */
export interface SourceReport {
  readonly sources: Readonly<Record<string, SourceCounts>>
  readonly conflicts: readonly SourceConflict[]
}

/** Something found by a part, half-open, in any unit. */
export interface SourceFind extends TokenSpan {
  readonly source: string
}

interface Counts {
  lost: number
  lostRight: number
  predicted: number
  correct: number
}

/** The type of rules that say where there is nothing. */
const NOTHING = 'O'

/** Counts which part of a recognizer found what, and what others were preferred to. */
export class SourceTally {
  private readonly counts = new Map<string, Counts>()
  private readonly conflicts = new Map<
    string,
    { -readonly [Key in keyof SourceConflict]: SourceConflict[Key] }
  >()
  private readonly types = new Map<string, Set<string>>()
  private readonly gold = new Map<string, number>()

  /** @param parts those of the recognizer; parts of one name are counted together */
  constructor(parts: readonly { readonly name: string; readonly types: readonly string[] }[] = []) {
    for (const { name, types } of parts) {
      const own = this.types.get(name) ?? new Set()
      for (const type of types) own.add(type)
      this.types.set(name, own)
      this.countsOf(name)
    }
  }

  /** Entities that were kept, beside the gold ones. */
  add(gold: readonly TokenSpan[], spans: readonly (TokenSpan & { readonly source?: string })[]): void {
    const keys = new Set(gold.map(keyOf))
    for (const { type } of gold) this.gold.set(type, (this.gold.get(type) ?? 0) + 1)
    for (const span of spans) {
      if (span.source === undefined) continue
      const counts = this.countsOf(span.source)
      counts.predicted++
      if (keys.has(keyOf(span))) counts.correct++
    }
  }

  /** What lost to others at the same place, beside the gold entities. */
  addLost(
    gold: readonly TokenSpan[],
    beaten: readonly { readonly range: SourceFind; readonly by: SourceFind }[],
  ): void {
    const keys = new Set(gold.map(keyOf))
    for (const { range, by } of beaten) {
      if (range.type === NOTHING) continue
      const [isRight, winnerIsRight] = [keys.has(keyOf(range)), keys.has(keyOf(by))]
      const counts = this.countsOf(range.source)
      counts.lost++
      if (isRight) counts.lostRight++
      const conflict = this.conflictOf(by.source, range.source)
      conflict.count++
      if (keyOf(range) === keyOf(by)) conflict.agreed++
      else if (winnerIsRight) conflict.winnerRight++
      else if (isRight) conflict.loserRight++
    }
  }

  /** Those that found most first; `undefined` where the recognizer has no parts. */
  result(): SourceReport | undefined {
    if (this.counts.size === 0) return undefined
    const all = [...this.gold.values()].reduce((sum, count) => sum + count, 0)
    const goldOf = (name: string) => {
      const types = this.types.get(name)
      return types ? [...types].reduce((sum, type) => sum + (this.gold.get(type) ?? 0), 0) : all
    }
    const rows = [...this.counts].map(([name, { lost, lostRight, predicted, correct }]) => {
      const counts: SourceCounts = {
        found: predicted + lost,
        right: correct + lostRight,
        predicted,
        correct,
        precision: ratio(correct, predicted),
        recall: ratio(correct, goldOf(name)),
      }
      return [name, counts] as const
    })
    return {
      sources: Object.fromEntries(
        rows.sort(([, a], [, b]) => b.predicted - a.predicted || b.found - a.found),
      ),
      conflicts: [...this.conflicts.values()].sort((a, b) => b.count - a.count),
    }
  }

  private countsOf(name: string): Counts {
    let counts = this.counts.get(name)
    if (!counts) this.counts.set(name, (counts = { lost: 0, lostRight: 0, predicted: 0, correct: 0 }))
    return counts
  }

  private conflictOf(winner: string, loser: string) {
    const key = JSON.stringify([winner, loser])
    let conflict = this.conflicts.get(key)
    if (!conflict) {
      conflict = { winner, loser, count: 0, agreed: 0, winnerRight: 0, loserRight: 0 }
      this.conflicts.set(key, conflict)
    }
    return conflict
  }
}

/** Headings and rows of both tables, for a terminal and a page alike. */
export const SOURCE_HEADER = ['found by', 'found', 'right', 'kept', 'correct', 'precision', 'recall'] as const
export const CONFLICT_HEADER = [
  'kept',
  'left out',
  'times',
  'the same',
  'only kept right',
  'only left out right',
] as const

export function sourceRows({ sources }: SourceReport): string[][] {
  return Object.entries(sources).map(([name, { found, right, predicted, correct, precision, recall }]) => [
    name,
    ...[found, right, predicted, correct].map(formatCount),
    ...[precision, recall].map(formatPercent),
  ])
}

export function conflictRows({ conflicts }: SourceReport): string[][] {
  return conflicts.map(({ winner, loser, count, agreed, winnerRight, loserRight }) => [
    ...[winner, loser],
    ...[count, agreed, winnerRight, loserRight].map(formatCount),
  ])
}

export function formatSources(report: SourceReport, paint: Paint): string {
  const found = textTable([...SOURCE_HEADER], sourceRows(report), paint)
  if (report.conflicts.length === 0) return found
  const header = CONFLICT_HEADER.map((heading, i) => (i < 2 ? { heading, align: 'left' as const } : heading))
  return `${found}\n${textTable(header, conflictRows(report), paint)}`
}

function keyOf({ start, end, type }: TokenSpan): string {
  return `${start} ${end} ${type}`
}
