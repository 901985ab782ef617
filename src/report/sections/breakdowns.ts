import type { Breakdown } from '../../evaluate/breakdown.js'
import { formatCount } from '../../evaluate/format-number.js'
import type { Figure } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { prfDots } from '../charts/prf-dots.js'
import { html } from '../html.js'
import { figuresHtml } from '../page/figure-html.js'
import { percent } from '../percent.js'
import type { MakeSection } from './section.js'

const TITLES: Readonly<Record<string, string>> = {
  'mention length in tokens': 'By length of the entity, in tokens',
  'sentence length in tokens': 'By length of the sentence, in tokens',
  'mention in training': 'Seen and unseen in training',
  'occurrences in training with this type': 'By occurrences in training with this type',
}

export const breakdownSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const figures = evaluation.breakdowns.flatMap((breakdown, i) => breakdownFigures(plotting, breakdown, i))
  if (figures.length === 0) return undefined
  return {
    id: 'breakdowns',
    title: 'Where it is strong and weak',
    finding: familiarity(evaluation.breakdowns),
    figures,
    body: html`<p class="muted small">Recall is over gold entities of the kind, precision over predicted ones. The number after each name
is that of its gold entities.</p>
${figuresHtml(figures)}`,
  }
}

/** Precision, recall and F1 of entities by one property; none without entities. */
function breakdownFigures(plotting: Plotting, { name, rows }: Breakdown, index: number): Figure[] {
  const filled = rows.filter(row => row.gold + row.predicted > 0)
  if (filled.length === 0) return []
  const [hardest] = filled.filter(row => row.gold > 0).sort((a, b) => (a.recall ?? 0) - (b.recall ?? 0))
  const description = hardest
    ? `Recall is lowest for ${hardest.label}: ${percent(hardest.recall)} of ${formatCount(hardest.gold)} gold entities were found.`
    : 'There is no gold entity.'
  const title = TITLES[name] ?? name
  return [prfDots(plotting, { id: `breakdown-${index}`, title, rowName: name, rows: filled, description })]
}

function familiarity(breakdowns: readonly Breakdown[]): string {
  const rows = breakdowns.find(({ name }) => name === 'mention in training')?.rows
  const [seen, , unseen] = rows ?? []
  if (!seen || !unseen || seen.recall === null || unseen.recall === null)
    return 'By the length of entities and of sentences.'
  return `It finds ${percent(seen.recall)} of the names that training has seen, and ${percent(unseen.recall)} of the others.`
}
