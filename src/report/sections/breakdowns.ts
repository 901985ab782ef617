import { formatPercent } from '../../evaluate/format-number.js'
import { prfDots } from '../charts/prf-dots.js'
import { html } from '../html.js'
import { figureHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

const TITLES: Readonly<Record<string, string>> = {
  'mention length in tokens': 'By length of the entity, in tokens',
  'sentence length in tokens': 'By length of the sentence, in tokens',
  'mention in training': 'Seen and unseen in training',
  'occurrences in training with this type': 'By occurrences in training with this type',
}

export const breakdownSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const figures = evaluation.breakdowns.flatMap(({ name, rows }, i) => {
    const filled = rows.filter(row => row.gold + row.predicted > 0)
    if (filled.length === 0) return []
    const hardest = [...filled]
      .filter(row => row.gold > 0)
      .sort((a, b) => (a.recall ?? 0) - (b.recall ?? 0))[0]
    const description = hardest
      ? `Recall is lowest for ${hardest.label}: ${formatPercent(hardest.recall)} of ${hardest.gold} gold entities.`
      : 'There is no gold entity.'
    return [
      prfDots(plotting, {
        id: `breakdown-${i}`,
        title: TITLES[name] ?? name,
        rowName: name,
        rows: filled,
        description,
      }),
    ]
  })
  if (figures.length === 0) return undefined
  return {
    id: 'breakdowns',
    title: 'Where it is strong and weak',
    body: html`<p class="muted small">Recall is over gold entities of the kind, precision over predicted ones. Behind each name: how many gold entities there are.</p>
<div class="grid">${figures.map(figure => figureHtml(figure))}</div>`,
  }
}
