import { curveLegend, learningFigures, typeCurveFigures } from '../charts/learning.js'
import { html } from '../html.js'
import { figureHtml, legendHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

export const learningSection: MakeSection = ({ data: { learning }, plotting, types }) => {
  if (!learning) return undefined
  const byType = typeCurveFigures(plotting, learning, types)
  return {
    id: 'learning',
    title: 'Learning',
    body: html`<div class="grid">${learningFigures(plotting, learning).map(figure => figureHtml(figure))}</div>
${
  byType.length > 0 &&
  html`<h3 id="type-curves">Each type by epoch</h3><p class="muted small">On the development corpus.</p>${legendHtml(curveLegend())}
<div class="grid many">${byType.map(figure => figureHtml(figure, { level: 4 }))}</div>`
}`,
  }
}
