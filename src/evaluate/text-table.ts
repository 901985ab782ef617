/** How a cell is shown; the defaults leave text as it is. Colours never change a column's width. */
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

/**
 * An aligned table: the first column to the left, the others to the right, two spaces between, no trailing spaces.
 * Widths count code points, East Asian wide ones twice.
 *
 * @example
 * textTable(['type', 'f1'], [[{ text: 'PER' }, { text: '80.00' }]]) // 'type     f1\nPER   80.00\n'
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = PLAIN,
): string {
  const widths = header.map((name, column) =>
    Math.max(displayWidth(name), ...rows.map(row => displayWidth(row[column].text))),
  )
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, paint: colour = same }, column) => {
        const padding = ' '.repeat(widths[column] - displayWidth(text))
        if (column > 0) return padding + colour(text)
        return column === cells.length - 1 ? colour(text) : colour(text) + padding
      })
      .join('  ')
      .trimEnd()
  return [header.map(text => ({ text, paint: paint.dim })), ...rows].map(cells => `${line(cells)}\n`).join('')
}

/** Terminal columns of a text. */
export function displayWidth(text: string): number {
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
