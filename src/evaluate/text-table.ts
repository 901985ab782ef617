import { visible } from '../base/visible.js'

/** Colors for parts of a text; `PLAIN` leaves it as it is. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly red: (text: string) => string
}

const same = (text: string) => text
export const PLAIN: Paint = { bold: same, dim: same, green: same, yellow: same, red: same }

export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
}

/** A column's heading, and the side that its cells are aligned to. */
export interface Column {
  readonly heading: string
  readonly align: 'left' | 'right'
}

/** A width is that of what is shown. */
function toCell(cell: Cell | string): Cell {
  const { text, paint } = typeof cell === 'string' ? { text: cell } : cell
  return { text: visible(text), paint }
}

/**
 * An aligned table: by default the first column to the left and the others to the right; two spaces between columns, no
 * trailing spaces. Widths count code points, East Asian wide ones twice; colors have no width.
 * @param rows one cell per column; a plain string is a cell without color
 *
 * @example
 * textTable(['type', 'f1'], [['PER', '80.00']]) // 'type     f1\nPER   80.00\n'
 */
export function textTable(
  header: readonly (string | Column)[],
  rows: readonly (readonly (Cell | string)[])[],
  paint: Paint = PLAIN,
): string {
  const columns = header.map((column, i): Column => {
    const { heading, align } =
      typeof column === 'string' ? ({ heading: column, align: i === 0 ? 'left' : 'right' } as const) : column
    return { heading: visible(heading), align }
  })
  const cells = rows.map(row => row.map(toCell))
  const lines = [columns.map(({ heading }): Cell => ({ text: heading, paint: paint.dim })), ...cells]
  const widths = columns.map((_, i) =>
    lines.reduce((most, row) => Math.max(most, displayWidth(row[i].text)), 0),
  )
  const format = (row: readonly Cell[]) =>
    row
      .map(({ text, paint: color = same }, i) => {
        const padding = ' '.repeat(widths[i] - displayWidth(text))
        if (columns[i].align === 'right') return padding + color(text)
        return i === row.length - 1 ? color(text) : color(text) + padding
      })
      .join('  ')
      .trimEnd()
  return lines.map(row => `${format(row)}\n`).join('')
}

/** `textTable` line by line. */
export function textTableLines(...table: Parameters<typeof textTable>): string[] {
  return textTable(...table)
    .split('\n')
    .slice(0, -1)
}

/** How many terminal columns a text takes. */
function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1
  return width
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  )
}
