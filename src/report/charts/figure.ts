import type { PlotOptions } from '@observablehq/plot'
import type { DevScores } from '../../run/events.js'
import type { Figure, LegendEntry } from './figure-data.js'
import type { Plotting } from './plotting.js'

/** Draws a chart; its title and description are its label for screen readers. */
export function drawFigure(
  { draw }: Plotting,
  { plot, ...figure }: Omit<Figure, 'svg'> & { readonly plot: PlotOptions },
): Figure {
  return { ...figure, svg: draw(`${figure.title}. ${figure.description}`, plot) }
}

export type Measure = keyof DevScores
export const MEASURES: readonly Measure[] = ['precision', 'recall', 'f1']

/** Sign and color of each measure, the same in every chart. */
export const SERIES = {
  precision: { label: 'precision', color: 'var(--s0)', sign: 'triangle' },
  recall: { label: 'recall', color: 'var(--s1)', sign: 'square' },
  f1: { label: 'F1', color: 'var(--s2)', sign: 'circle' },
} as const satisfies Readonly<Record<Measure, LegendEntry>>
const DASHES = { precision: '6 3', recall: '2 2', f1: 'none' } as const

export const MEASURE_LEGEND: readonly LegendEntry[] = MEASURES.map(measure => SERIES[measure])
/** Where F1 is a full line. */
export const CURVE_LEGEND: readonly LegendEntry[] = [
  SERIES.precision,
  SERIES.recall,
  { ...SERIES.f1, sign: 'line' },
]

/** An axis for shares. */
export const UNIT_AXIS = {
  domain: [0, 1],
  label: null,
  tickFormat: (share: number) => `${Math.round(100 * share)}%`,
  ticks: 6,
}

/** Precision, recall and F1 as curves. @param points of a measure, those that are undefined left out */
export function measureCurves(
  { Plot }: Plotting,
  points: (measure: Measure) => readonly { readonly x: number; readonly y: number }[],
  {
    dots = false,
    curve = 'linear',
  }: { readonly dots?: boolean; readonly curve?: 'linear' | 'step-after' } = {},
) {
  return MEASURES.flatMap(measure => {
    const { color, sign } = SERIES[measure]
    const at = { x: 'x', y: 'y' }
    const line = { ...at, z: null, curve, stroke: color, strokeWidth: 2, strokeDasharray: DASHES[measure] }
    return [
      Plot.line(points(measure), line),
      ...(dots ? [Plot.dot(points(measure), { ...at, symbol: sign, r: 3, fill: color })] : []),
    ]
  })
}

/** An upright line at what was chosen. */
export function chosenRule({ Plot }: Plotting, x: number | null | undefined) {
  return x == null ? [] : [Plot.ruleX([x], { stroke: 'var(--faint)', strokeWidth: 2 })]
}

/** Types and labels in charts: longer ones are cut there, and listed up to `LISTED_LABEL` in tables. */
export const LABEL = 18
export const LISTED_LABEL = 60

/** Room for labels at the left of a chart. */
export function labelMargin(labels: readonly string[]): number {
  return 16 + 6.6 * Math.min(LABEL, Math.max(4, ...labels.map(label => [...label].length)))
}
