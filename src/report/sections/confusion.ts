import { formatCount } from '../../evaluate/format-number.js'
import type { Scores } from '../../evaluate/scores.js'
import { drawFigure, LABEL, LISTED_LABEL, labelMargin } from '../charts/figure.js'
import type { Figure } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import { type Grid, matrixHtml } from '../page/matrix-html.js'
import type { MakeSection } from './section.js'

/** Labels with a row and column of their own; the rest is combined as `others`. */
const TYPES = 20
const TAGS = 24

export const confusionSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const [types, tags] = [typeGrid(evaluation.scores), tagGrid(evaluation.scores)]
  if (!types && !tags) return undefined
  return {
    id: 'confusion',
    title: 'Confusion',
    finding: types ? worst(types, 'taken for') : 'There are tags, but no entities.',
    figures: [
      typeConfusionFigure(plotting, evaluation.scores),
      tagConfusionFigure(plotting, evaluation.scores),
    ].filter(figure => figure !== undefined),
    body: html`${types && html`<h4>Entities: what each type was taken for</h4><p class="muted small">${typeText(evaluation.scores)}</p>${matrixHtml('Types', types)}`}
${tags && html`<h4>Tokens: what each tag was taken for</h4><p class="muted small">Rows are gold tags, columns predicted ones.</p>${matrixHtml('Tags', tags)}`}
<p class="muted small">The stronger a cell, the larger its share of the row. Errors are red, and stand outside the diagonal.</p>`,
  }
}

/** What each type of gold entity was taken for, with missed and spurious ones. */
function typeGrid({ typeConfusion, exact }: Scores): Grid | undefined {
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
  return {
    rows: [...labels, 'spurious'],
    columns: [...labels, 'missed'],
    counts: framed(summed(matrix, groups)),
    wrong: framed(summed(withoutDiagonal(matrix), groups)),
    spurious: labels.length,
    missed: labels.length,
  }
}

function typeText({ typeConfusion: { missed, spurious } }: Scores): string {
  return (
    `Rows are gold types, columns what was predicted over them (any overlap counts); ${formatCount(sum(missed))} gold ` +
    `entities were missed, ${formatCount(sum(spurious))} predicted ones overlap none.`
  )
}

/** Gold tags against predicted tags, token by token. */
function tagGrid({ confusion }: Scores): Grid | undefined {
  const { labels: tags, matrix } = confusion
  if (tags.length === 0) return undefined
  const weight = tags.map((_, i) => sum(matrix[i]) + sum(matrix.map(row => row[i])))
  const { labels, groups } = group(tags, weight, TAGS)
  return {
    rows: labels,
    columns: labels,
    counts: summed(matrix, groups),
    wrong: summed(withoutDiagonal(matrix), groups),
  }
}

/** The confusion of types as a chart. */
export function typeConfusionFigure(plotting: Plotting, scores: Scores): Figure | undefined {
  const grid = typeGrid(scores)
  return (
    grid &&
    heatMap(plotting, grid, {
      id: 'type-confusion',
      title: 'Entities: what each type was taken for',
      description: `${typeText(scores)} ${worst(grid, 'taken for')}`,
    })
  )
}

/** The confusion of tags as a chart. */
export function tagConfusionFigure(plotting: Plotting, scores: Scores): Figure | undefined {
  const grid = tagGrid(scores)
  return (
    grid &&
    heatMap(plotting, grid, {
      id: 'tag-confusion',
      title: 'Tokens: what each tag was taken for',
      description: `Rows are gold tags, columns predicted ones. ${worst(grid, 'tagged')}`,
    })
  )
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
  plotting: Plotting,
  { rows, columns, counts, wrong }: Grid,
  named: Pick<Figure, 'id' | 'title' | 'description'>,
): Figure {
  const { Plot } = plotting
  const cells = counts.flatMap((row, r) => {
    const total = sum(row)
    return row.flatMap((count, c) => {
      if (count === 0) return []
      const right = wrong[r][c] === 0
      return [{ row: r, column: c, count, share: 0.1 + 0.5 * ((right ? count : wrong[r][c]) / total), right }]
    })
  })
  const cellWidth = Math.max(38, 10 + 7 * Math.max(...cells.map(({ count }) => formatCount(count).length), 1))
  const margin = labelMargin(rows)
  const across = 12 + 0.76 * margin
  const band = (labels: readonly string[]) => ({
    type: 'band' as const,
    domain: labels.map((_, i) => i),
    label: null,
    tickFormat: (index: number) => clip(labels[index], LABEL),
    tickSize: 0,
  })
  return drawFigure(plotting, {
    ...named,
    plot: {
      width: margin + cellWidth * columns.length + across,
      height: across + 26 * rows.length + 6,
      marginLeft: margin,
      marginTop: across,
      marginRight: across,
      marginBottom: 6,
      x: { ...band(columns), axis: 'top', tickRotate: -40, padding: 0.04 },
      y: { ...band(rows), padding: 0.06 },
      marks: [
        Plot.cell(cells, {
          x: 'column',
          y: 'row',
          fill: cell => (cell.right ? 'var(--fill)' : 'var(--bad)'),
          fillOpacity: 'share',
        }),
        Plot.text(cells, { x: 'column', y: 'row', text: cell => formatCount(cell.count) }),
      ],
      color: { type: 'identity' },
      opacity: { type: 'identity' },
    },
    legend: [
      { label: 'right', color: 'var(--fill)', sign: 'square' },
      { label: 'wrong; the stronger, the larger its share of the row', color: 'var(--bad)', sign: 'square' },
    ],
    table: {
      header: ['gold \\ predicted', ...columns.map(label => clip(label, LISTED_LABEL))],
      rows: rows.map((label, r) => [clip(label, LISTED_LABEL), ...counts[r].map(formatCount)]),
    },
  })
}
