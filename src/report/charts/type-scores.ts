import type { Breakdown } from '../../evaluate/breakdown.js'
import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import type { Scores } from '../../evaluate/scores.js'
import { clip } from '../clip.js'
import { type Figure, LABEL } from './figure.js'
import type { Plotting } from './plotting.js'
import { prfDots } from './prf-dots.js'

/** Types in the order of charts and colors: those with most gold entities first. */
export function typesByCount({ exact }: Scores): string[] {
  return Object.entries(exact.types)
    .sort(([, a], [, b]) => b.gold - a.gold)
    .map(([type]) => type)
}

/** Precision, recall and F1 of each type. */
export function typeScoresFigure(
  plotting: Plotting,
  { exact }: Scores,
  types: readonly string[],
): Figure | undefined {
  const rows = types.map(type => ({ label: type, ...exact.types[type] }))
  if (rows.length === 0) return undefined
  return prfDots(plotting, {
    id: 'type-scores',
    title: 'By type',
    rowName: 'type',
    rows,
    description: describeTypes(rows),
  })
}

function describeTypes(
  rows: readonly { readonly label: string; readonly f1: number | null; readonly gold: number }[],
): string {
  const scored = rows.filter(row => row.gold > 0).sort((a, b) => (b.f1 ?? 0) - (a.f1 ?? 0))
  const [best, worst] = [scored[0], scored[scored.length - 1]]
  const legend = 'Types of most gold entities first, their number behind the name.'
  if (!best || best === worst) return legend
  return `${legend} Best: ${clip(best.label, LABEL)} (F1 ${formatPercent(best.f1)}); worst: ${clip(worst.label, LABEL)} (${formatPercent(worst.f1)}).`
}

const TITLES: Readonly<Record<string, string>> = {
  'mention length in tokens': 'By length of the entity, in tokens',
  'sentence length in tokens': 'By length of the sentence, in tokens',
  'mention in training': 'Seen and unseen in training',
  'occurrences in training with this type': 'By occurrences in training with this type',
}

/** Precision, recall and F1 of entities with one property or another: a chart a property. */
export function breakdownFigures(plotting: Plotting, breakdowns: readonly Breakdown[]): Figure[] {
  return breakdowns.flatMap(({ name, rows }, i) => {
    const filled = rows.filter(row => row.gold + row.predicted > 0)
    if (filled.length === 0) return []
    const [hardest] = filled.filter(row => row.gold > 0).sort((a, b) => (a.recall ?? 0) - (b.recall ?? 0))
    const description = hardest
      ? `Recall is lowest for ${hardest.label}: ${formatPercent(hardest.recall)} % of ${formatCount(hardest.gold)} gold entities were found.`
      : 'There is no gold entity.'
    const title = TITLES[name] ?? name
    return [prfDots(plotting, { id: `breakdown-${i}`, title, rowName: name, rows: filled, description })]
  })
}
