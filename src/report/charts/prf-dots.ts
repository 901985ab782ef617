import { formatCount } from '../../evaluate/format-number.js'
import type { CountedPrf } from '../../evaluate/prf.js'
import { clip } from '../clip.js'
import { percent } from '../percent.js'
import { drawFigure, LABEL, LISTED_LABEL, MEASURE_LEGEND, MEASURES, SERIES, UNIT_AXIS } from './figure.js'
import type { Figure } from './figure-data.js'
import { type Plotting, WIDTH } from './plotting.js'

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

/** With less room than this beside its names, a chart has three ticks. */
const NARROW = 220
/** Rows drawn, and rows in the table. */
const DRAWN = 20
const LISTED = 100

/** Precision, recall and F1 of several groups of entities: one line per group, one sign per measure. */
export function prfDots(plotting: Plotting, { id, title, rowName, rows, description }: PrfDots): Figure {
  const { Plot } = plotting
  const drawn = rows.slice(0, DRAWN).map((row, i) => ({ ...row, name: nameOf(row, i) }))
  const marginLeft = 16 + 6 * Math.max(8, ...drawn.map(({ name }) => visible(name).length))
  const points = (measure: (typeof MEASURES)[number]) => drawn.filter(row => row[measure] !== null)
  return drawFigure(plotting, {
    id,
    title,
    description:
      rows.length > DRAWN ? `${description} The first ${DRAWN} of ${rows.length} are drawn.` : description,
    plot: {
      height: 52 + 24 * drawn.length,
      marginLeft,
      marginRight: 22,
      x: { ...UNIT_AXIS, grid: true, ...(WIDTH - marginLeft < NARROW && { ticks: 3 }) },
      y: { domain: drawn.map(({ name }) => name), label: null, tickFormat: visible, tickSize: 0 },
      marks: [
        Plot.ruleY(drawn, {
          x1: row => Math.min(...measured(row)),
          x2: row => Math.max(...measured(row)),
          y: 'name',
          stroke: 'var(--faint)',
          strokeWidth: 2,
        }),
        ...MEASURES.map(measure => {
          const { sign, color } = SERIES[measure]
          return Plot.dot(points(measure), { x: measure, y: 'name', symbol: sign, r: 4, fill: color })
        }),
      ],
    },
    legend: MEASURE_LEGEND,
    table: {
      header: [rowName, 'precision', 'recall', 'F1', 'gold', 'predicted', 'correct'],
      ...(rows.length > LISTED && { note: `The first ${LISTED} of ${rows.length}.` }),
      rows: rows
        .slice(0, LISTED)
        .map(row => [
          clip(row.label, LISTED_LABEL),
          ...MEASURES.map(measure => percent(row[measure])),
          ...[row.gold, row.predicted, row.correct].map(formatCount),
        ]),
    },
  })
}

function measured(row: PrfRow): number[] {
  const values = MEASURES.map(measure => row[measure]).filter(value => value !== null)
  return values.length > 0 ? values : [0]
}

/** A band's key: its index keeps cut labels apart and is not shown. */
function nameOf({ label, gold }: PrfRow, index: number): string {
  return `${index}\0${clip(label, LABEL + 10)} · ${formatCount(gold)}`
}

function visible(name: string): string {
  return name.slice(name.indexOf('\0') + 1)
}
