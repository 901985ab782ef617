import { ERROR_KINDS, type ErrorKind } from '../../evaluate/entity-errors.js'
import { formatCount } from '../../evaluate/format-number.js'
import type { Figure } from './figure.js'
import type { Plotting } from './plotting.js'

export const KIND_MEANING: Readonly<Record<ErrorKind, string>> = {
  boundary: 'right type, wrong boundaries',
  type: 'right boundaries, wrong type',
  both: 'overlap, but boundaries and type are wrong',
  missed: 'a gold entity that nothing predicted overlaps',
  spurious: 'a predicted entity that overlaps no gold one',
}

/** How many errors there are of each class. */
export function errorKindFigure(
  { Plot, draw }: Plotting,
  counts: Readonly<Record<ErrorKind, number>>,
): Figure {
  const kinds = [...ERROR_KINDS].sort((a, b) => counts[b] - counts[a])
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0)
  const share = (kind: ErrorKind) => (total === 0 ? '–' : `${Math.round((100 * counts[kind]) / total)} %`)
  const bars = kinds.map(kind => ({ kind, count: counts[kind], label: formatCount(counts[kind]) }))
  const title = 'Errors by class'
  const description =
    total === 0
      ? 'There is no error.'
      : `${formatCount(total)} errors; most are ${kinds[0]} (${share(kinds[0])}): ${KIND_MEANING[kinds[0]]}.`
  return {
    id: 'error-kinds',
    title,
    description,
    svg: draw(`${title}. ${description}`, {
      height: 180,
      marginLeft: 70,
      marginRight: 50,
      x: {
        grid: true,
        label: null,
        ticks: 4,
        tickFormat: 'd',
        domain: [0, Math.max(4, ...kinds.map(kind => counts[kind]))],
      },
      y: { domain: kinds, label: null, tickSize: 0 },
      marks: [
        Plot.barX(bars, { x: 'count', y: 'kind', fill: 'var(--c0)', fillOpacity: 0.75 }),
        Plot.text(bars, {
          x: 'count',
          y: 'kind',
          text: 'label',
          textAnchor: 'start',
          dx: 4,
        }),
      ],
    }),
    table: {
      header: ['class', 'errors', 'share', 'meaning'],
      rows: kinds.map(kind => [kind, formatCount(counts[kind]), share(kind), KIND_MEANING[kind]]),
    },
  }
}
