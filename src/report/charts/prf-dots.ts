import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import type { CountedPrf } from '../../evaluate/prf.js'
import { clip } from '../clip.js'
import { type Figure, LABEL, MEASURE_LEGEND, MEASURES, SERIES } from './figure.js'
import type { Plotting } from './plotting.js'

export interface PrfRow extends CountedPrf {
  readonly label: string
}

export interface PrfDots {
  readonly id: string
  readonly title: string
  /** What a row is, such as `type`. */
  readonly rowName: string
  readonly rows: readonly PrfRow[]
  readonly description: string
}

/** Rows drawn, and rows in the table. */
const DRAWN = 20
const LISTED = 100

const SYMBOLS = { precision: 'triangle', recall: 'square', f1: 'circle' } as const

/** Precision, recall and F1 of several groups of entities: a line a group, a sign a measure. */
export function prfDots(
  { Plot, draw }: Plotting,
  { id, title, rowName, rows, description }: PrfDots,
): Figure {
  const drawn = rows.slice(0, DRAWN).map((row, i) => ({ ...row, name: nameOf(row, i) }))
  const points = drawn.flatMap(row =>
    MEASURES.flatMap(measure => {
      const value = row[measure]
      return value === null ? [] : [{ name: row.name, measure, value }]
    }),
  )
  const svg = draw(`${title}. ${description}`, {
    height: 52 + 24 * drawn.length,
    marginLeft: 16 + 6 * Math.max(8, ...drawn.map(({ name }) => visible(name).length)),
    marginRight: 14,
    x: { domain: [0, 1], grid: true, label: null, tickFormat: '.1f', ticks: 6 },
    y: { domain: drawn.map(({ name }) => name), label: null, tickFormat: visible, tickSize: 0 },
    marks: [
      Plot.ruleY(drawn, {
        x1: row => Math.min(...measured(row)),
        x2: row => Math.max(...measured(row)),
        y: 'name',
        stroke: 'var(--faint)',
        strokeWidth: 2,
      }),
      ...MEASURES.map(measure =>
        Plot.dot(
          points.filter(point => point.measure === measure),
          { x: 'value', y: 'name', symbol: SYMBOLS[measure], r: 4, fill: SERIES[measure].color },
        ),
      ),
    ],
  })
  return {
    id,
    title,
    description:
      rows.length > DRAWN ? `${description} The first ${DRAWN} of ${rows.length} are drawn.` : description,
    svg,
    legend: MEASURE_LEGEND,
    table: {
      header: [rowName, 'precision', 'recall', 'F1', 'gold', 'predicted', 'correct'],
      ...(rows.length > LISTED && { note: `The first ${LISTED} of ${rows.length}.` }),
      rows: rows
        .slice(0, LISTED)
        .map(row => [
          clip(row.label, 60),
          ...MEASURES.map(measure => formatPercent(row[measure])),
          ...[row.gold, row.predicted, row.correct].map(formatCount),
        ]),
    },
  }
}

function measured(row: PrfRow): number[] {
  const values = MEASURES.map(measure => row[measure]).filter(value => value !== null)
  return values.length > 0 ? values : [0]
}

/** A band's key: its place keeps cut labels apart and is not shown. */
function nameOf({ label, gold }: PrfRow, index: number): string {
  return `${index}\0${clip(label, LABEL + 10)} · ${formatCount(gold)}`
}

function visible(name: string): string {
  return name.slice(name.indexOf('\0') + 1)
}
