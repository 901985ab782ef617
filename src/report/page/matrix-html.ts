import { formatCount } from '../../evaluate/format-number.js'
import { clip } from '../clip.js'
import { type Html, html } from '../html.js'

/** Counts by gold label (row) and predicted label (column). */
export interface Grid {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly counts: readonly (readonly number[])[]
  /** How many of each cell are wrong: of `others` taken for `others`, those of another type. */
  readonly wrong: readonly (readonly number[])[]
  /** The row of predictions over nothing, the column of gold entities that nothing was predicted over. */
  readonly spurious?: number
  readonly missed?: number
}

const LABEL = 40
/** From this many columns on, their names stand upright. */
const UPRIGHT = 9
/** Larger counts are rounded to thousands where columns are many. */
const LARGE = 10_000

/**
 * A confusion matrix as wide as what it stands in. On a phone each row is a list: what its label was taken for.
 * Cells are shaded by their share of the row; wrong ones have another color, and their place says the same.
 */
export function matrixHtml(caption: string, { rows, columns, counts, wrong }: Grid): Html {
  const isUpright = columns.length >= UPRIGHT
  const names = Math.min(12, 1.5 + 0.5 * Math.max(...rows.map(row => [...row].length)))
  const shown = (count: number) =>
    isUpright && count >= LARGE ? `${Math.round(count / 1000)}k` : formatCount(count)
  const cell = (row: number, column: number, total: number) => {
    const count = counts[row][column]
    if (count === 0) return html`<td></td>`
    const share = (wrong[row][column] || count) / total
    return html`<td${wrong[row][column] > 0 ? html` class="wrong"` : html``} style="--v:${(0.15 + 0.85 * share).toFixed(2)}" data-label="${clip(columns[column], LABEL)}">${shown(count)}</td>`
  }
  return html`<table class="matrix list-on-phone${isUpright ? ' upright' : ''}" style="--names:${names}rem"><caption>${caption}</caption>
<thead><tr><th scope="col" class="corner">gold</th>${columns.map(name => html`<th scope="col" title="${name}">${clip(name, LABEL)}</th>`)}</tr></thead>
<tbody>
${rows.map((name, row) => {
  const total = counts[row].reduce((sum, count) => sum + count, 0)
  return html`<tr><th scope="row" title="${name}">${clip(name, LABEL)}</th>${columns.map((_, column) => cell(row, column, total))}</tr>
`
})}</tbody></table>`
}
