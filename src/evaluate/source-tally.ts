import type { TokenSpan } from '../tags/span.js'
import { formatCount, formatPercent } from './format-number.js'
import { ratio } from './prf.js'
import { type Paint, textTable } from './text-table.js'

/** What one part of a recognizer found: a rule, or a part of a combination. */
export interface SourceCounts {
  readonly predicted: number
  readonly correct: number
  readonly precision: number | null
  /** `correct` of all gold entities. */
  readonly recall: number | null
}

/** Counts which part of a recognizer found what. */
export class SourceTally {
  private readonly counts = new Map<string, { predicted: number; correct: number }>()
  private gold = 0

  add(gold: readonly TokenSpan[], spans: readonly (TokenSpan & { readonly source?: string })[]): void {
    const keys = new Set(gold.map(keyOf))
    this.gold += gold.length
    for (const span of spans) {
      if (span.source === undefined) continue
      let counts = this.counts.get(span.source)
      if (!counts) this.counts.set(span.source, (counts = { predicted: 0, correct: 0 }))
      counts.predicted++
      if (keys.has(keyOf(span))) counts.correct++
    }
  }

  /** By name, those that found most first; `undefined` where no span says who found it. */
  result(): Readonly<Record<string, SourceCounts>> | undefined {
    if (this.counts.size === 0) return undefined
    const sorted = [...this.counts].sort(([, a], [, b]) => b.predicted - a.predicted)
    return Object.fromEntries(
      sorted.map(([name, { predicted, correct }]) => [
        name,
        { predicted, correct, precision: ratio(correct, predicted), recall: ratio(correct, this.gold) },
      ]),
    )
  }
}

export function formatSources(sources: Readonly<Record<string, SourceCounts>>, paint: Paint): string {
  const rows = Object.entries(sources).map(([name, { predicted, correct, precision, recall }]) => [
    ...[name, formatCount(predicted), formatCount(correct)],
    ...[formatPercent(precision), formatPercent(recall)],
  ])
  return textTable(['found by', 'predicted', 'correct', 'precision', 'recall'], rows, paint)
}

function keyOf({ start, end, type }: TokenSpan): string {
  return `${start} ${end} ${type}`
}
