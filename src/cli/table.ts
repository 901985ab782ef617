/** A column's heading and which side its cells are flush with. */
export interface TableColumn {
  readonly heading: string
  readonly align?: 'left' | 'right'
}

/**
 * Lines of a plain table, columns two spaces apart. Width is counted in characters, so East Asian text may jut out.
 * @param rows cells as strings, as many as there are columns
 */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ heading }, i) =>
    Math.max(width(heading), ...rows.map(row => width(row[i] ?? ''))),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const gap = ' '.repeat(Math.max(0, widths[i] - width(cell)))
        return columns[i].align === 'right' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map(({ heading }) => heading)), ...rows.map(line)]
}

function width(text: string): number {
  return [...text].length
}
