import { option } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'
import type { ColumnChoice } from './read-options.js'

/**
 * The index (from 0) of a chosen column.
 * @param name the option with which it was chosen
 * @param headers if the format has any
 * @throws CorpusError `corpus/options` if there is no such column
 */
export function columnIndex(
  choice: ColumnChoice,
  columns: number,
  name: 'tagColumn' | 'tokenColumn' | 'sentenceColumn',
  headers?: readonly string[],
): number {
  const where = option(name)
  const number = typeof choice === 'number' ? choice : /^-?\d+$/.test(choice) ? Number(choice) : undefined
  if (number === undefined) {
    const wanted = normalHeader(String(choice))
    const at = headers ? headers.findIndex(header => normalHeader(header) === wanted) : -1
    if (at >= 0) return at
    const expected = headers
      ? `one of the columns ${headers.map(header => JSON.stringify(header)).join(', ')}`
      : `a column number from 1 to ${columns} (−1 for the last), since this format has no header`
    throw new CorpusError('corpus/options', { where, expected, got: JSON.stringify(choice) })
  }
  const index = number < 0 ? columns + number : number - 1
  if (Number.isInteger(index) && index >= 0 && index < columns) return index
  const expected = `a column number from 1 to ${columns}, or from −${columns} to −1`
  throw new CorpusError('corpus/options', { where, expected, got: String(choice) })
}

/** Headers are compared by letters and digits only: `Sentence #` is `sentence`, `NER_Tag` is `nertag`. */
export function normalHeader(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** The name of a column without a header. Numbers count from 1, as in `ColumnChoice`. */
export function columnName(index: number): string {
  return `column${index + 1}`
}
