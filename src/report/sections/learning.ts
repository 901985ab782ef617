import { formatCount } from '../../evaluate/format-number.js'
import type { DevScores } from '../../run/events.js'
import {
  CURVE_LEGEND,
  chosenRule,
  drawFigure,
  MEASURES,
  measureCurves,
  SERIES,
  UNIT_AXIS,
} from '../charts/figure.js'
import type { Figure, FigureTable } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import type { EpochPoint, LearningData } from '../learning-data.js'
import { figureHtml, figuresHtml, legendHtml } from '../page/figure-html.js'
import { percent } from '../percent.js'
import type { MakeSection } from './section.js'

/** Types with curves of their own, those of most gold entities first. */
const TYPES = 16
/** Pixels of a type's chart. */
const SMALL = { width: 280, height: 190 }
/** Epochs in the tables of types. */
const ROWS = 40

export const learningSection: MakeSection = ({ data: { learning }, plotting }) => {
  if (!learning) return undefined
  const figures = learningFigures(plotting, learning)
  return {
    id: 'loss-and-scores',
    title: 'Loss and scores by epoch',
    finding: keptText(learning),
    figures,
    body: figuresHtml(figures),
  }
}

/** Curves of each type. */
export const typeCurveSection: MakeSection = ({ data: { learning }, plotting, types }) => {
  const figures = learning ? typeFigures(plotting, learning, types) : []
  if (figures.length === 0) return undefined
  return {
    id: 'type-curves',
    title: 'Each type by epoch',
    finding: `${figures.length === 1 ? 'One type' : `${figures.length} types`} on the development corpus.`,
    figures,
    body: html`${legendHtml(CURVE_LEGEND)}
<div class="grid many">${figures.map(figure => figureHtml(figure))}</div>`,
  }
}

/** The epoch that was kept, with its scores. */
function keptText({ epochs, total, bestEpoch }: LearningData): string {
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)
  const of = total === 1 ? 'the only one' : `of ${total}`
  return best?.dev
    ? `Epoch ${best.epoch} (${of}) was kept, with F1 ${percent(best.dev.f1)} on the development corpus.`
    : `${total === 1 ? 'One epoch' : `${total} epochs`}; the last one was kept.`
}

/** Loss and scores of a run by epoch. */
export function learningFigures(plotting: Plotting, learning: LearningData): Figure[] {
  return [lossFigure(plotting, learning), ...devFigures(plotting, learning)]
}

function lossFigure(plotting: Plotting, learning: LearningData): Figure {
  const { Plot } = plotting
  const { epochs, bestEpoch } = learning
  const [first, last] = [epochs[0], epochs[epochs.length - 1]]
  const kept = epochs.find(({ epoch }) => epoch === bestEpoch) ?? last
  const line = { x: 'epoch', y: 'loss', z: null, stroke: 'var(--s2)', strokeWidth: 2 }
  return drawFigure(plotting, {
    id: 'loss',
    title: 'Training loss',
    description:
      `Mean loss of the training sentences in each epoch: ${first.loss.toFixed(3)} in epoch ${first.epoch}, ` +
      `${kept.loss.toFixed(3)} in epoch ${kept.epoch}, which was kept.${shownOf(learning)}`,
    plot: {
      x: epochAxis(epochs),
      y: { grid: true, zero: true, label: 'loss', nice: true },
      marks: [
        ...chosenRule(plotting, bestEpoch),
        Plot.line(epochs, line),
        Plot.dot(epochs, { x: 'epoch', y: 'loss', r: 2.5, fill: 'var(--s2)' }),
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
    ? `The best F1, ${percent(best.dev?.f1 ?? null)}, came in epoch ${best.epoch}, which was kept (upright line).`
    : `The last F1 is ${percent(last.dev?.f1 ?? null)}.`
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
    const kept =
      scored.find(({ epoch }) => epoch === learning.bestEpoch) ??
      scored.findLast(epoch => scoresOf(epoch) !== null)
    const end = kept
      ? `F1 ${percent(scoresOf(kept)?.f1 ?? null)} in epoch ${kept.epoch}${kept.epoch === learning.bestEpoch ? ', which was kept' : ''}.`
      : ''
    const description = end || `Precision, recall and F1 of ${title} after each epoch.`
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
      ...MEASURES.map(measure => percent(scoresOf(epoch)?.[measure] ?? null)),
    ]),
    ...(step > 1 && { note: `One epoch in ${step} is listed.` }),
  }
}

function shownOf({ epochs, total }: LearningData): string {
  return epochs.length < total ? ` Of ${total} epochs, ${epochs.length} are drawn.` : ''
}
