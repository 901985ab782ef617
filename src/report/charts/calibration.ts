import type { ReliabilityBin } from '../../evaluate/calibration.js'
import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import { clip } from '../clip.js'
import type { CalibrationData, ThresholdData } from '../report-data.js'
import { type Figure, MEASURES, SERIES, three } from './figure.js'
import { curveLegend } from './learning.js'
import type { Plotting } from './plotting.js'

const RAW = { label: 'scores as they are', color: 'var(--c0)', sign: 'circle' } as const
const SCALED = { label: 'with the temperature', color: 'var(--c1)', sign: 'square' } as const

/** Whether entities' scores mean what they say, before and after the temperature. */
export function reliabilityFigure({ Plot, draw }: Plotting, data: CalibrationData): Figure {
  const { raw, scaled, temperature } = data
  const filled = (bins: readonly ReliabilityBin[]) => bins.filter(({ count }) => count > 0)
  const title = 'Do scores mean what they say?'
  const verdict =
    temperature > 1.05
      ? 'the model is too sure of itself'
      : temperature < 0.95
        ? 'it is too modest'
        : 'it is about right'
  const description =
    `Predicted entities by score: how many were right, against the score itself; on the diagonal a score of 0.8 is ` +
    `right 8 times in 10. Expected calibration error ${three(raw.ece)}, with temperature ${temperature.toFixed(2)} ` +
    `${three(scaled.ece)}: ${verdict}. Bars: share of the entities in each range.`
  const total = Math.max(1, raw.count)
  return {
    id: 'reliability',
    title,
    description,
    svg: draw(`${title}. ${description}`, {
      height: 300,
      x: { domain: [0, 1], label: 'score', tickFormat: '.1f', ticks: 6 },
      y: { domain: [0, 1], grid: true, label: 'share that is right', tickFormat: '.1f', ticks: 6 },
      marks: [
        Plot.rectY(filled(raw.bins), {
          x1: 'from',
          x2: 'to',
          y: bin => bin.count / total,
          fill: 'var(--faint)',
          fillOpacity: 0.5,
          inset: 1,
        }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { z: null, stroke: 'var(--muted)', strokeDasharray: '3 3' },
        ),
        ...[[raw.bins, RAW, 'none'] as const, [scaled.bins, SCALED, '5 3'] as const].flatMap(
          ([bins, { color, sign }, dash]) => [
            Plot.line(filled(bins), {
              x: 'confidence',
              y: 'accuracy',
              z: null,
              stroke: color,
              strokeWidth: 1.5,
              strokeDasharray: dash,
            }),
            Plot.dot(filled(bins), { x: 'confidence', y: 'accuracy', symbol: sign, r: 4, fill: color }),
          ],
        ),
      ],
    }),
    legend: [RAW, SCALED],
    table: {
      header: ['score', 'mean score', 'right', 'entities', 'scaled: mean score', 'right', 'entities'],
      rows: raw.bins.flatMap((bin, i) => {
        const other = scaled.bins[i]
        if (bin.count + other.count === 0) return []
        const cells = ({ confidence, accuracy, count }: ReliabilityBin) => [
          three(confidence),
          three(accuracy),
          formatCount(count),
        ]
        return [[`${bin.from.toFixed(1)} to ${bin.to.toFixed(1)}`, ...cells(bin), ...cells(other)]]
      }),
    },
  }
}

/** Precision, recall and F1 when only entities of at least some score are kept. */
export function thresholdFigure({ Plot, draw }: Plotting, { all, best }: ThresholdData): Figure {
  const title = 'Keeping only confident entities'
  const everything = all[all.length - 1]
  const description =
    'Precision, recall and F1 when only entities of at least the score below are kept. ' +
    (best
      ? `F1 is highest, ${three(best.f1)}, at ${three(best.threshold)} (upright line); with everything it is ${three(everything?.f1 ?? null)}.`
      : '')
  const points = (measure: (typeof MEASURES)[number]) =>
    all.flatMap(point => {
      const value = point[measure]
      return value === null ? [] : [{ threshold: point.threshold, value }]
    })
  const dashes = { precision: '6 3', recall: '2 2', f1: 'none' }
  return {
    id: 'thresholds',
    title,
    description,
    svg: draw(`${title}. ${description}`, {
      height: 300,
      x: { domain: [0, 1], label: 'least score', tickFormat: '.1f', ticks: 6 },
      y: { domain: [0, 1], grid: true, label: null, tickFormat: '.1f', ticks: 6 },
      marks: [
        ...(best ? [Plot.ruleX([best.threshold], { stroke: 'var(--faint)', strokeWidth: 2 })] : []),
        ...MEASURES.map(measure =>
          Plot.line(points(measure), {
            x: 'threshold',
            y: 'value',
            z: null,
            // From the highest score down: what is kept stays the same until the next score is reached.
            curve: 'step-after',
            stroke: SERIES[measure].color,
            strokeWidth: 2,
            strokeDasharray: dashes[measure],
          }),
        ),
      ],
    }),
    legend: curveLegend().map(entry =>
      entry.sign === 'line' ? entry : { ...entry, sign: 'dashed' as const },
    ),
    table: {
      header: ['least score', 'precision', 'recall', 'F1', 'kept', 'right'],
      rows: tenths(all).map(point => [
        three(point.threshold),
        ...MEASURES.map(measure => formatPercent(point[measure])),
        formatCount(point.predicted),
        formatCount(point.correct),
      ]),
      note: 'For each tenth of the score, the point next above it.',
    },
  }
}

/** The point next above each tenth. */
function tenths(points: ThresholdData['all']): ThresholdData['all'] {
  const chosen = Array.from({ length: 10 }, (_, i) => (9 - i) / 10).flatMap(limit => {
    const above = points.filter(({ threshold }) => threshold >= limit)
    return above.length > 0 ? [above[above.length - 1]] : []
  })
  return [...new Set(chosen)]
}

/** The best threshold of each type, as a table. */
export function typeThresholds({ types }: ThresholdData) {
  return {
    header: ['type', 'best least score', 'F1 there', 'F1 of everything', 'precision', 'recall'],
    rows: types.map(({ type, best, everything }) => [
      clip(type, 60),
      three(best.threshold),
      ...[best.f1, everything.f1, best.precision, best.recall].map(formatPercent),
    ]),
  }
}
