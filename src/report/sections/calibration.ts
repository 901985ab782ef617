import { reliabilityFigure, thresholdFigure, typeThresholds } from '../charts/calibration.js'
import { html } from '../html.js'
import { figureHtml, tableHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

export const calibrationSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const { calibration, thresholds, corpus } = evaluation
  if (!calibration) return undefined
  const own = calibration.fittedOn === corpus
  return {
    id: 'calibration',
    title: 'Calibration',
    body: html`<p>A score is the model’s own probability for an entity. The temperature ${calibration.temperature.toFixed(2)} was fitted on
<b>${calibration.fittedOn}</b>${own ? ', the very corpus shown here, so that its effect flatters' : ''}.</p>
<div class="grid">${figureHtml(reliabilityFigure(plotting, calibration))}
${thresholds && figureHtml(thresholdFigure(plotting, thresholds))}</div>
${
  thresholds &&
  thresholds.types.length > 0 &&
  html`<h3 id="type-thresholds">The best threshold of each type</h3>
<p class="muted small">Chosen on this corpus, so that the F1 there flatters; measure a threshold on other text before relying on it.</p>
${tableHtml('Best thresholds', typeThresholds(thresholds))}`
}`,
  }
}
