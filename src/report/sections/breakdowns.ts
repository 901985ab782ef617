import { breakdownFigures } from '../charts/type-scores.js'
import { html } from '../html.js'
import { figureHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

export const breakdownSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const figures = breakdownFigures(plotting, evaluation.breakdowns)
  if (figures.length === 0) return undefined
  return {
    id: 'breakdowns',
    title: 'Where it is strong and weak',
    body: html`<p class="muted small">Recall is over gold entities of the kind, precision over predicted ones. Behind each name: how many
gold entities there are.</p>
<div class="grid">${figures.map(figure => figureHtml(figure))}</div>`,
  }
}
