import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import type { DevScores } from '../../run/events.js'
import {
  CURVE_LEGEND,
  chosenRule,
  drawFigure,
  type Figure,
  type FigureTable,
  MEASURES,
  measureCurves,
  SERIES,
  three,
  UNIT_AXIS,
} from '../charts/figure.js'
import type { Plotting } from '../charts/plotting.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import type { EpochPoint, LearningData } from '../learning-data.js'
import { figureHtml, figuresHtml, legendHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

/** Types with curves of their own, those of most gold entities first. */
const TYPES = 16
/** Pixels of a type's chart. */
const SMALL = { width: 280, height: 190 }
/** Epochs in the tables of types. */
const ROWS = 40

export const learningSection: MakeSection = ({ data: { learning }, plotting, types }) => {
  if (!learning) return undefined
  const main = [lossFigure(plotting, learning), ...devFigures(plotting, learning)]
  const byType = typeFigures(plotting, learning, types)
  return {
    id: 'learning',
    title: 'Learning',
    figures: [...main, ...byType],
    body: html`${figuresHtml(main)}
${
  byType.length > 0 &&
  html`<h3 id="type-curves">Each type by epoch</h3><p class="muted small">On the development corpus.</p>${legendHtml(CURVE_LEGEND)}
<div class="grid many">${byType.map(figure => figureHtml(figure, { level: 4 }))}</div>`
}`,
  }
}

function lossFigure(plotting: Plotting, learning: LearningData): Figure {
  const { Plot } = plotting
  const { epochs, bestEpoch } = learning
  const [first, last] = [epochs[0], epochs[epochs.length - 1]]
  const line = { x: 'epoch', y: 'loss', z: null, stroke: 'var(--c3)', strokeWidth: 2 }
  return drawFigure(plotting, {
    id: 'loss',
    title: 'Training loss',
    description:
      `Mean loss of the training sentences in each epoch: ${three(first.loss)} in epoch ${first.epoch}, ` +
      `${three(last.loss)} in epoch ${last.epoch}.${shownOf(learning)}`,
    plot: {
      x: epochAxis(epochs),
      y: { grid: true, zero: true, label: 'loss', nice: true },
      marks: [
        ...chosenRule(plotting, bestEpoch),
        Plot.line(epochs, line),
        Plot.dot(epochs, { x: 'epoch', y: 'loss', r: 2.5, fill: 'var(--c3)' }),
      ],
    },
    table: {
      header: ['epoch', 'loss', 'learning rate', 'gradient norm', 'tokens per second', 'seconds'],
      rows: epochs.map(epoch => [
        String(epoch.epoch),
        epoch.loss.toFixed(4),
        epoch.learningRate.toPrecision(3),
        epoch.gradientNorm.toPrecision(3),
        formatCount(Math.round(epoch.tokensPerSecond)),
        epoch.seconds.toFixed(1),
      ]),
    },
  })
}

function devFigures(plotting: Plotting, learning: LearningData): Figure[] {
  const scored = learning.epochs.filter(({ dev }) => dev !== null)
  if (scored.length === 0) return []
  const best = scored.find(({ epoch }) => epoch === learning.bestEpoch)
  const last = scored[scored.length - 1]
  const kept = best
    ? `The best F1, ${three(best.dev?.f1 ?? null)}, came in epoch ${best.epoch}, which was kept (upright line).`
    : `The last F1 is ${three(last.dev?.f1 ?? null)}.`
  const figure = scoreCurves(plotting, learning, scored, ({ dev }) => dev, {
    id: 'dev-scores',
    title: 'Scores on the development corpus',
    description: `Precision, recall and F1 of exact matches after each epoch. ${kept}${shownOf(learning)}`,
  })
  return [{ ...figure, legend: CURVE_LEGEND }]
}

/** Precision, recall and F1 of each type by epoch, one small chart per type. */
function typeFigures(plotting: Plotting, learning: LearningData, order: readonly string[]): Figure[] {
  const scored = learning.epochs.filter(({ types }) => types !== null)
  if (scored.length < 2) return []
  const known = new Set(scored.flatMap(({ types }) => Object.keys(types ?? {})))
  const types = [
    ...order.filter(type => known.has(type)),
    ...[...known].filter(type => !order.includes(type)),
  ]
  return types.slice(0, TYPES).map((type, i) => {
    const scoresOf = ({ types }: EpochPoint) => types?.[type] ?? null
    const title = clip(type, 40)
    const last = scored.findLast(epoch => scoresOf(epoch) !== null)
    const end = last ? `; F1 ${three(scoresOf(last)?.f1 ?? null)} after epoch ${last.epoch}.` : '.'
    const description = `Precision, recall and F1 of ${title} after each epoch${end}`
    return scoreCurves(
      plotting,
      learning,
      scored,
      scoresOf,
      { id: `type-curve-${i}`, title, description },
      SMALL,
    )
  })
}

function scoreCurves(
  plotting: Plotting,
  { bestEpoch }: LearningData,
  epochs: readonly EpochPoint[],
  scoresOf: (epoch: EpochPoint) => DevScores | null,
  named: Pick<Figure, 'id' | 'title' | 'description'>,
  size: { readonly width?: number; readonly height?: number } = {},
): Figure {
  const points = (measure: keyof DevScores) =>
    epochs.flatMap(epoch => {
      const y = scoresOf(epoch)?.[measure] ?? null
      return y === null ? [] : [{ x: epoch.epoch, y }]
    })
  return drawFigure(plotting, {
    ...named,
    plot: {
      ...size,
      x: epochAxis(epochs),
      y: { ...UNIT_AXIS, grid: true },
      marks: [...chosenRule(plotting, bestEpoch), ...measureCurves(plotting, points, { dots: true })],
    },
    table: scoreTable(epochs, scoresOf),
  })
}

function epochAxis(epochs: readonly EpochPoint[]) {
  const first = epochs[0].epoch
  const last = epochs[epochs.length - 1].epoch
  const step = Math.max(1, Math.ceil((last - first + 1) / 8))
  const ticks = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step)
  // A single epoch is drawn in the middle.
  const domain = first === last ? [first - 1, last + 1] : [first, last]
  return { domain, ticks, tickFormat: 'd', label: 'epoch' }
}

function scoreTable(
  epochs: readonly EpochPoint[],
  scoresOf: (epoch: EpochPoint) => DevScores | null,
): FigureTable {
  const step = Math.ceil(epochs.length / ROWS)
  const rows = epochs.filter((_, i) => i % step === 0 || i === epochs.length - 1)
  return {
    header: ['epoch', ...MEASURES.map(measure => SERIES[measure].label)],
    rows: rows.map(epoch => [
      String(epoch.epoch),
      ...MEASURES.map(measure => formatPercent(scoresOf(epoch)?.[measure] ?? null)),
    ]),
    ...(step > 1 && { note: `One epoch in ${step} is listed.` }),
  }
}

function shownOf({ epochs, total }: LearningData): string {
  return epochs.length < total ? ` Of ${total} epochs, ${epochs.length} are drawn.` : ''
}
