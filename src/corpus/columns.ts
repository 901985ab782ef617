import { CorpusError } from './corpus-error.js'
import type { ColumnChoice } from './read-options.js'

/** What a column number on the command line means, as an index from 0; numbers count from 1, from the right if negative. */
export function columnIndex(
  choice: ColumnChoice,
  columns: number,
  option: string,
  headers?: readonly string[],
): number {
  const number = typeof choice === 'number' ? choice : /^-?\d+$/.test(choice) ? Number(choice) : undefined
  if (number === undefined) {
    const wanted = normalHeader(String(choice))
    const at = headers ? headers.findIndex(header => normalHeader(header) === wanted) : -1
    if (at >= 0) return at
    throw new CorpusError('corpus/options', {
      where: option,
      expected: headers
        ? `one of the columns ${headers.map(header => JSON.stringify(header)).join(', ')}`
        : `a column number from 1 to ${columns} (−1 for the last), as this format has no header`,
      got: JSON.stringify(choice),
    })
  }
  const index = number < 0 ? columns + number : number - 1
  if (Number.isInteger(index) && index >= 0 && index < columns) return index
  throw new CorpusError('corpus/options', {
    where: option,
    expected: `a column number from 1 to ${columns}, or from −${columns} to −1`,
    got: String(choice),
  })
}

/** Headers are compared by their letters and digits only: `Sentence #` is `sentence`, `NER_Tag` is `nertag`. */
export function normalHeader(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** How a name for columns without one is made; numbers count from 1 as in `--tag-column`. */
export function columnName(index: number): string {
  return `column${index + 1}`
}
