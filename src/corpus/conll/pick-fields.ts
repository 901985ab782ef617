import type { ConllLayout } from './layout.js'

/**
 * Takes some fields out of regular rows without making the others: splitting every row took
 * 30% of the time that statistics of a large file take, this takes 10%.
 * @param wanted column indices, ascending
 * @returns a function that gives those fields in that order, or `undefined` where the row is not regular (another
 *   number of columns, several spaces in a row); `splitRow` tells what it is
 */
export function fieldPicker(
  layout: ConllLayout,
  wanted: readonly number[],
): (line: string) => string[] | undefined {
  const { columns } = layout
  const bySpace = layout.delimiter === 'space'
  const separator = bySpace ? ' ' : '\t'
  const keeps = Array.from({ length: columns }, (_, i) => wanted.includes(i))
  return line => {
    if (bySpace && line.indexOf('\t') >= 0) return undefined
    const fields: string[] = []
    let start = 0
    for (let column = 0; column < columns; column++) {
      const found = line.indexOf(separator, start)
      const end = found < 0 ? line.length : found
      if (bySpace && end === start) return undefined
      if (keeps[column]) fields.push(line.slice(start, end))
      if (found < 0) return column === columns - 1 ? fields : undefined
      start = end + 1
    }
    return undefined
  }
}
