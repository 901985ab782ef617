import type { ReliabilityBin } from '../../evaluate/calibration.js'
import { formatCount } from '../../evaluate/format-number.js'
import {
  CURVE_LEGEND,
  chosenRule,
  drawFigure,
  LISTED_LABEL,
  MEASURES,
  measureCurves,
  UNIT_AXIS,
} from '../charts/figure.js'
import type { Figure, LegendEntry } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import { figuresHtml, tableHtml } from '../page/figure-html.js'
import { percent, points, wholePercent } from '../percent.js'
import type { CalibrationData, ThresholdData } from '../report-data.js'
import type { MakeSection } from './section.js'

const RAW = { label: 'scores as they are', color: 'var(--s0)', sign: 'circle' } as const
const SCALED = { label: 'with the temperature', color: 'var(--s1)', sign: 'square' } as const

export const calibrationSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const { calibration, thresholds, corpus } = evaluation
  if (!calibration) return undefined
  const own = calibration.fittedOn === corpus
  const figures = [
    reliabilityFigure(plotting, calibration),
    ...(thresholds ? [thresholdFigure(plotting, thresholds)] : []),
  ]
  return {
    id: 'calibration',
    title: 'Do scores mean what they say?',
    finding: scoreFinding(calibration),
    figures,
    body: html`<p>A score is the model’s own probability for an entity. The temperature ${calibration.temperature.toFixed(2)} was fitted on
<b>${calibration.fittedOn}</b>${own ? ', the corpus shown here, so its effect looks better than it is elsewhere' : ''}.</p>
${figuresHtml(figures)}
${
  thresholds &&
  thresholds.types.length > 0 &&
  html`<h4 id="type-thresholds">The best threshold of each type</h4>
<p class="muted small">Chosen on this corpus, so the F1 there is optimistic; measure a threshold on other text before relying on it. In code, 90% is <code>0.9</code>.</p>
${tableHtml('Best thresholds', typeThresholds(thresholds))}`
}`,
  }
}

function scoreFinding({ raw, temperature }: CalibrationData): string {
  const text = confidence(temperature)
  return `${text[0].toUpperCase()}${text.slice(1)}${raw.ece === null ? '' : `: scores are off by ${points(raw.ece)} on average`}.`
}

function confidence(temperature: number): string {
  if (temperature > 1.05) return 'the model is overconfident'
  return temperature < 0.95 ? 'the model is underconfident' : 'about right'
}

/** Whether entities' scores mean what they say, before and after the temperature. */
function reliabilityFigure(plotting: Plotting, { raw, scaled, temperature }: CalibrationData): Figure {
  const { Plot } = plotting
  const filled = (bins: readonly ReliabilityBin[]) => bins.filter(({ count }) => count > 0)
  const total = Math.max(1, raw.count)
  const curve = (
    bins: readonly ReliabilityBin[],
    { color, sign }: typeof RAW | typeof SCALED,
    dash: string,
  ) => {
    const at = { x: 'confidence', y: 'accuracy' }
    const line = { ...at, z: null, stroke: color, strokeWidth: 1.5, strokeDasharray: dash }
    return [Plot.line(filled(bins), line), Plot.dot(filled(bins), { ...at, symbol: sign, r: 4, fill: color })]
  }
  return drawFigure(plotting, {
    id: 'reliability',
    title: 'Scores against what is right',
    description:
      'Predicted entities by score: the share that is right, against the score itself; on the diagonal, a score of 80% ' +
      `is right 8 times in 10. Expected calibration error ${percent(raw.ece)}, and ${percent(scaled.ece)} with the ` +
      `temperature ${temperature.toFixed(2)}: ${confidence(temperature)}. Bars: share of the entities in each range.`,
    plot: {
      height: 300,
      x: { ...UNIT_AXIS, label: 'score' },
      y: { ...UNIT_AXIS, grid: true, label: 'share that is right' },
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
        ...curve(raw.bins, RAW, 'none'),
        ...curve(scaled.bins, SCALED, '5 3'),
      ],
    },
    legend: [RAW, SCALED],
    table: {
      header: ['score', 'mean score', 'right', 'entities', 'scaled: mean score', 'right', 'entities'],
      rows: raw.bins.flatMap((bin, i) => {
        const other = scaled.bins[i]
        if (bin.count + other.count === 0) return []
        const cells = ({ confidence, accuracy, count }: ReliabilityBin) => [
          percent(confidence),
          percent(accuracy),
          formatCount(count),
        ]
        return [[`${wholePercent(bin.from)} to ${wholePercent(bin.to)}`, ...cells(bin), ...cells(other)]]
      }),
    },
  })
}

/** Precision, recall and F1 when only entities of at least some score are kept. */
export function thresholdFigure(plotting: Plotting, { all, best }: ThresholdData): Figure {
  const everything = all[all.length - 1]
  const highest = best
    ? ` F1 is highest, ${percent(best.f1)}, at ${percent(best.threshold)} (upright line); with every entity it is ${percent(everything?.f1 ?? null)}.`
    : ''
  const points = (measure: (typeof MEASURES)[number]) =>
    all.flatMap(point => {
      const y = point[measure]
      return y === null ? [] : [{ x: point.threshold, y }]
    })
  const dashed = ({ sign, ...entry }: LegendEntry): LegendEntry => ({
    ...entry,
    sign: sign === 'line' ? sign : 'dashed',
  })
  return drawFigure(plotting, {
    id: 'thresholds',
    title: 'Keeping only confident entities',
    description: `Precision, recall and F1 when only entities with at least the score below are kept.${highest}`,
    plot: {
      height: 300,
      x: { ...UNIT_AXIS, label: 'minimum score' },
      y: { ...UNIT_AXIS, grid: true },
      marks: [
        ...chosenRule(plotting, best?.threshold),
        // From the highest score down: what is kept stays the same until the next score is reached.
        ...measureCurves(plotting, points, { curve: 'step-after' }),
      ],
    },
    legend: CURVE_LEGEND.map(dashed),
    table: {
      header: ['minimum score', 'precision', 'recall', 'F1', 'kept', 'right'],
      rows: tenths(all).map(point => [
        percent(point.threshold),
        ...MEASURES.map(measure => percent(point[measure])),
        formatCount(point.predicted),
        formatCount(point.correct),
      ]),
      note: 'For each tenth of the score, the nearest point above it.',
    },
  })
}

/** The nearest point above each tenth. */
function tenths(points: ThresholdData['all']): ThresholdData['all'] {
  const chosen = Array.from({ length: 10 }, (_, i) => (9 - i) / 10).flatMap(limit => {
    const above = points.filter(({ threshold }) => threshold >= limit)
    return above.length > 0 ? [above[above.length - 1]] : []
  })
  return [...new Set(chosen)]
}

function typeThresholds({ types }: ThresholdData) {
  return {
    header: ['type', 'best minimum score', 'F1 there', 'F1 of every entity', 'precision', 'recall'],
    rows: types.map(({ type, best, everything }) => [
      clip(type, LISTED_LABEL),
      percent(best.threshold),
      ...[best.f1, everything.f1, best.precision, best.recall].map(percent),
    ]),
  }
}
