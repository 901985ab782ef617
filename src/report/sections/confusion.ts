import { tagConfusionFigure, typeConfusionFigure } from '../charts/confusion.js'
import { html } from '../html.js'
import { figureHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

export const confusionSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const figures = [
    typeConfusionFigure(plotting, evaluation.scores),
    tagConfusionFigure(plotting, evaluation.scores),
  ]
  const drawn = figures.filter(figure => figure !== undefined)
  if (drawn.length === 0) return undefined
  return {
    id: 'confusion',
    title: 'Confusion',
    body: html`${drawn.map(figure => figureHtml(figure, { wide: true }))}`,
  }
}
