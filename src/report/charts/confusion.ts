import { formatCount } from '../../evaluate/format-number.js'
import type { Scores } from '../../evaluate/scores.js'
import { clip } from '../clip.js'
import { type Figure, LABEL } from './figure.js'
import type { Plotting } from './plotting.js'

/** Labels with a row and column of their own; the rest is summed up as `others`. */
const TYPES = 20
const TAGS = 24

interface Grid {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly counts: readonly (readonly number[])[]
  /** How many of each cell are wrong: of `others` taken for `others`, those of another type. */
  readonly wrong: readonly (readonly number[])[]
  /** The row of predictions over nothing, the column of gold entities that nothing was predicted over. */
  readonly spurious?: number
  readonly missed?: number
}

/** What each type of gold entity was taken for, with missed and spurious ones. */
export function typeConfusionFigure(
  plotting: Plotting,
  { typeConfusion, exact }: Scores,
): Figure | undefined {
  const { types, matrix, missed, spurious } = typeConfusion
  if (types.length === 0) return undefined
  const weight = types.map(type => (exact.types[type]?.gold ?? 0) + (exact.types[type]?.predicted ?? 0))
  const { labels, groups } = group(types, weight, TYPES)
  const vector = (values: readonly number[]) => groups.map(group => sum(group.map(i => values[i])))
  const [missedBy, overNothing] = [vector(missed), [...vector(spurious), 0]]
  const framed = (square: readonly (readonly number[])[]) => [
    ...square.map((row, i) => [...row, missedBy[i]]),
    overNothing,
  ]
  const grid: Grid = {
    rows: [...labels, 'spurious'],
    columns: [...labels, 'missed'],
    counts: framed(summed(matrix, groups)),
    wrong: framed(summed(withoutDiagonal(matrix), groups)),
    spurious: labels.length,
    missed: labels.length,
  }
  const title = 'Entities: what each type was taken for'
  const description =
    `Rows are gold types, columns what was predicted over them (any overlap counts); ${formatCount(sum(missed))} gold ` +
    `entities were missed, ${formatCount(sum(spurious))} predicted ones overlap none. ${worst(grid, 'taken for')}`
  return heatMap(plotting, 'type-confusion', title, description, grid)
}

/** Gold tags against predicted tags, token by token. */
export function tagConfusionFigure(plotting: Plotting, { confusion }: Scores): Figure | undefined {
  const { labels: tags, matrix } = confusion
  if (tags.length === 0) return undefined
  const weight = tags.map((_, i) => sum(matrix[i]) + sum(matrix.map(row => row[i])))
  const { labels, groups } = group(tags, weight, TAGS)
  const grid: Grid = {
    rows: labels,
    columns: labels,
    counts: summed(matrix, groups),
    wrong: summed(withoutDiagonal(matrix), groups),
  }
  const title = 'Tokens: what each tag was taken for'
  const description = `Rows are gold tags, columns predicted ones. ${worst(grid, 'tagged')}`
  return heatMap(plotting, 'tag-confusion', title, description, grid)
}

/** Keeps the labels of most weight, in their order, and puts the rest in one group. */
function group(labels: readonly string[], weight: readonly number[], limit: number) {
  const all = labels.map((_, i) => i)
  if (labels.length <= limit) return { labels, groups: all.map(i => [i]) }
  const kept = new Set([...all].sort((a, b) => weight[b] - weight[a]).slice(0, limit))
  const own = all.filter(i => kept.has(i))
  return {
    labels: [...own.map(i => labels[i]), 'others'],
    groups: [...own.map(i => [i]), all.filter(i => !kept.has(i))],
  }
}

function summed(matrix: readonly (readonly number[])[], groups: readonly (readonly number[])[]): number[][] {
  return groups.map(rows => groups.map(columns => sum(rows.flatMap(r => columns.map(c => matrix[r][c])))))
}

function withoutDiagonal(matrix: readonly (readonly number[])[]): number[][] {
  return matrix.map((row, i) => row.map((count, j) => (i === j ? 0 : count)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function worst({ rows, columns, wrong, spurious, missed }: Grid, verb: string): string {
  let most = { row: 0, column: 0, count: 0 }
  for (const [row, cells] of wrong.entries())
    for (const [column, count] of cells.entries()) if (count > most.count) most = { row, column, count }
  if (most.count === 0) return 'There is no confusion.'
  const [gold, predicted] = [clip(rows[most.row], LABEL), clip(columns[most.column], LABEL)]
  const what =
    most.column === missed
      ? `${gold} missed`
      : most.row === spurious
        ? `spurious ${predicted}`
        : `${gold} ${verb} ${predicted}`
  return `Most frequent error: ${what}, ${formatCount(most.count)} times.`
}

function heatMap(
  { Plot, draw }: Plotting,
  id: string,
  title: string,
  description: string,
  grid: Grid,
): Figure {
  const { rows, columns, counts, wrong } = grid
  const cells = counts.flatMap((row, r) => {
    const total = sum(row)
    return row.flatMap((count, c) => {
      if (count === 0) return []
      const right = wrong[r][c] === 0
      return [{ row: r, column: c, count, share: 0.1 + 0.5 * ((right ? count : wrong[r][c]) / total), right }]
    })
  })
  const longest = Math.min(LABEL, Math.max(...rows.map(label => [...label].length), 4))
  const cellWidth = Math.max(38, 10 + 7 * Math.max(...cells.map(({ count }) => formatCount(count).length), 1))
  const margin = 14 + 6.6 * longest
  const across = 24 + 5 * longest
  const tick = (labels: readonly string[]) => (index: number) => clip(labels[index], LABEL)
  const svg = draw(`${title}. ${description}`, {
    width: margin + cellWidth * columns.length + across,
    height: across + 26 * rows.length + 6,
    marginLeft: margin,
    marginTop: across,
    marginRight: across,
    marginBottom: 6,
    x: {
      type: 'band',
      domain: columns.map((_, i) => i),
      axis: 'top',
      label: null,
      tickFormat: tick(columns),
      tickRotate: -40,
      tickSize: 0,
      padding: 0.04,
    },
    y: {
      type: 'band',
      domain: rows.map((_, i) => i),
      label: null,
      tickFormat: tick(rows),
      tickSize: 0,
      padding: 0.06,
    },
    marks: [
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: cell => (cell.right ? 'var(--good)' : 'var(--bad)'),
        fillOpacity: 'share',
      }),
      Plot.text(cells, { x: 'column', y: 'row', text: cell => formatCount(cell.count) }),
    ],
    color: { type: 'identity' },
    opacity: { type: 'identity' },
  })
  return {
    id,
    title,
    description,
    svg,
    legend: [
      { label: 'right', color: 'var(--good)', sign: 'square' },
      { label: 'wrong; the stronger, the larger its share of the row', color: 'var(--bad)', sign: 'square' },
    ],
    table: {
      header: ['gold \\ predicted', ...columns.map(label => clip(label, 60))],
      rows: rows.map((label, r) => [clip(label, 60), ...counts[r].map(formatCount)]),
    },
  }
}
