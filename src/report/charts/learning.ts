import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import type { DevScores } from '../../run/events.js'
import { clip } from '../clip.js'
import type { EpochPoint, LearningData } from '../learning-data.js'
import { type Figure, type FigureTable, MEASURE_LEGEND, MEASURES, SERIES, three } from './figure.js'
import type { Plotting } from './plotting.js'

/** Types with curves of their own, those of most gold entities first. */
const TYPES = 16
/** Pixels of a type's chart, which stands beside others. */
const SMALL = { width: 280, height: 190 }
/** Epochs in the tables of types. */
const ROWS = 40

const DASHES = { precision: '6 3', recall: '2 2', f1: 'none' } as const

/** The training loss and, with a development corpus, its scores, epoch by epoch. */
export function learningFigures(plotting: Plotting, learning: LearningData): Figure[] {
  const loss = lossFigure(plotting, learning)
  const dev = devFigure(plotting, learning)
  return dev ? [loss, dev] : [loss]
}

function lossFigure({ Plot, draw }: Plotting, learning: LearningData): Figure {
  const { epochs } = learning
  const [first, last] = [epochs[0], epochs[epochs.length - 1]]
  const title = 'Training loss'
  const description =
    `Mean loss of the training sentences in each epoch: ${three(first.loss)} in epoch ${first.epoch}, ` +
    `${three(last.loss)} in epoch ${last.epoch}.${shownOf(learning)}`
  return {
    id: 'loss',
    title,
    description,
    svg: draw(`${title}. ${description}`, {
      x: epochAxis(epochs),
      y: { grid: true, zero: true, label: 'loss', nice: true },
      marks: [
        ...bestRule({ Plot, draw }, learning),
        Plot.line(epochs, { x: 'epoch', y: 'loss', z: null, stroke: 'var(--c3)', strokeWidth: 2 }),
        Plot.dot(epochs, { x: 'epoch', y: 'loss', r: 2.5, fill: 'var(--c3)' }),
      ],
    }),
    table: {
      header: ['epoch', 'loss', 'learning rate', 'gradient norm', 'tokens a second', 'seconds'],
      rows: epochs.map(epoch => [
        String(epoch.epoch),
        epoch.loss.toFixed(4),
        epoch.learningRate.toPrecision(3),
        epoch.gradientNorm.toPrecision(3),
        formatCount(Math.round(epoch.tokensPerSecond)),
        epoch.seconds.toFixed(1),
      ]),
    },
  }
}

function devFigure(plotting: Plotting, learning: LearningData): Figure | undefined {
  const scored = learning.epochs.filter(({ dev }) => dev !== null)
  if (scored.length === 0) return undefined
  const best = scored.find(({ epoch }) => epoch === learning.bestEpoch)
  const last = scored[scored.length - 1]
  const title = 'Scores on the development corpus'
  const kept = best
    ? `The best F1, ${three(best.dev?.f1 ?? null)}, came in epoch ${best.epoch}, which was kept (upright line).`
    : `The last F1 is ${three(last.dev?.f1 ?? null)}.`
  const description = `Precision, recall and F1 of exact matches after each epoch. ${kept}${shownOf(learning)}`
  return {
    id: 'dev-scores',
    title,
    description,
    svg: curves(plotting, `${title}. ${description}`, learning, scored, ({ dev }) => dev),
    legend: curveLegend(),
    table: scoreTable(scored, ({ dev }) => dev),
  }
}

/** Precision, recall and F1 of each type by epoch, a small chart a type. */
export function typeCurveFigures(
  plotting: Plotting,
  learning: LearningData,
  order: readonly string[],
): Figure[] {
  const scored = learning.epochs.filter(({ types }) => types !== null)
  if (scored.length < 2) return []
  const known = new Set(scored.flatMap(({ types }) => Object.keys(types ?? {})))
  return [...order.filter(type => known.has(type)), ...[...known].filter(type => !order.includes(type))]
    .slice(0, TYPES)
    .map((type, i) => {
      const scoresOf = ({ types }: EpochPoint) => types?.[type] ?? null
      const last = [...scored].reverse().find(epoch => scoresOf(epoch) !== null)
      const description =
        `Precision, recall and F1 of ${clip(type, 40)} after each epoch` +
        (last ? `; F1 ${three(scoresOf(last)?.f1 ?? null)} after epoch ${last.epoch}.` : '.')
      return {
        id: `type-curve-${i}`,
        title: clip(type, 40),
        description,
        svg: curves(plotting, description, learning, scored, scoresOf, SMALL),
        table: scoreTable(scored, scoresOf),
      }
    })
}

export function curveLegend() {
  return MEASURE_LEGEND.map(entry => ({
    ...entry,
    sign: entry.label === 'F1' ? ('line' as const) : entry.sign,
  }))
}

function curves(
  { Plot, draw }: Plotting,
  label: string,
  learning: LearningData,
  epochs: readonly EpochPoint[],
  scoresOf: (epoch: EpochPoint) => DevScores | null,
  size: { readonly width?: number; readonly height?: number } = {},
): string {
  const points = (measure: keyof DevScores) =>
    epochs.flatMap(epoch => {
      const value = scoresOf(epoch)?.[measure] ?? null
      return value === null ? [] : [{ epoch: epoch.epoch, value }]
    })
  return draw(label, {
    ...size,
    x: epochAxis(epochs),
    y: { domain: [0, 1], grid: true, label: null, tickFormat: '.1f', ticks: 6 },
    marks: [
      ...bestRule({ Plot, draw }, learning),
      ...MEASURES.flatMap(measure => [
        Plot.line(points(measure), {
          x: 'epoch',
          y: 'value',
          z: null,
          stroke: SERIES[measure].color,
          strokeWidth: 2,
          strokeDasharray: DASHES[measure],
        }),
        Plot.dot(points(measure), {
          x: 'epoch',
          y: 'value',
          symbol: SERIES[measure].sign,
          r: 3,
          fill: SERIES[measure].color,
        }),
      ]),
    ],
  })
}

function bestRule({ Plot }: Plotting, { bestEpoch }: LearningData) {
  return bestEpoch === null ? [] : [Plot.ruleX([bestEpoch], { stroke: 'var(--faint)', strokeWidth: 2 })]
}

function epochAxis(epochs: readonly EpochPoint[]) {
  const first = epochs[0].epoch
  const last = epochs[epochs.length - 1].epoch
  const step = Math.max(1, Math.ceil((last - first + 1) / 8))
  const ticks = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step)
  // One epoch alone stands in the middle.
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
