import { option } from '../../base/fault.js'
import { isTag } from '../../tags/scheme.js'
import { columnIndex } from '../columns.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadOptions } from '../read-options.js'
import type { LineBlock } from '../split-lines.js'
import { type Delimiter, isBlank, isDocumentMark, isNoToken, splitRow } from './rows.js'

/** The layout of a column file's rows, the same for the whole file. Columns are indices from 0. */
export interface ConllLayout {
  readonly delimiter: Delimiter
  readonly columns: number
  readonly token: number
  /** −1 if the file has no tags. */
  readonly tag: number
  /** Whether the first column numbers the tokens of each sentence from 1, as in CoNLL-U and GermEval. */
  readonly ids: boolean
  /** A second layer of tags that is not read as tags (GermEval's nested entities). */
  readonly innerTag?: number
  /** Columns that contain only tags in the rows seen, for advice. */
  readonly tagLike: readonly number[]
}

const SAMPLE = 4000

/**
 * Guesses the layout from a file's first rows.
 * @throws CorpusError `corpus/options` for a column that does not exist
 */
export function guessLayout(head: LineBlock, options: ReadOptions): ConllLayout {
  const rows = head.slice(0, SAMPLE).filter(line => !isDocumentMark(line))
  const filled = rows.filter(line => !isBlank(line))
  const delimiter = chosenDelimiter(options.delimiter) ?? guessDelimiter(filled)
  const columns = mostFrequent(filled.map(line => trimmedLength(splitRow(line, delimiter))))
  const regular = rows.map(line => (isBlank(line) ? undefined : splitRow(line, delimiter, columns)))
  const ids = columns >= 3 && hasIds(regular)
  const samples = regular.filter(
    row => row?.length === columns && !(ids && (row[0] === '#' || isNoToken(`${row[0]}\t`))),
  )
  const tagLike = Array.from({ length: columns }, (_, i) => i).filter(
    i => samples.length > 0 && samples.every(row => row && isTag(row[i])),
  )
  const layers = ids && tagLike.includes(columns - 2) && tagLike.includes(columns - 1)
  const tag = tagIndex()
  const token = tokenIndex()
  const innerTag = layers && tag === columns - 2 ? columns - 1 : undefined
  return { delimiter, columns, token, tag, ids, tagLike, ...(innerTag !== undefined && { innerTag }) }

  /** The first free column: if the tags are in the first, the words are in the next. */
  function tokenIndex(): number {
    const { tokenColumn, tagColumn } = options
    if (tokenColumn === undefined) {
      const first = ids ? 1 : 0
      return first === tag && columns > first + 1 ? first + 1 : first
    }
    const chosen = columnIndex(tokenColumn, columns, 'tokenColumn')
    if (chosen !== tag || tagColumn === undefined) return chosen
    throw new CorpusError('corpus/options', {
      where: option('tokenColumn'),
      expected: 'another column than the one of the tags',
      got: String(tokenColumn),
    })
  }
  function tagIndex(): number {
    const { tagColumn } = options
    if (tagColumn === 'none') return -1
    if (tagColumn !== undefined) return columnIndex(tagColumn, columns, 'tagColumn')
    return columns === 1 ? -1 : layers ? columns - 2 : columns - 1
  }
}

function chosenDelimiter(name: string | undefined): Delimiter | undefined {
  if (name === undefined) return undefined
  if (name === 'tab' || name === '\t') return 'tab'
  if (name === 'space' || name === ' ') return 'space'
  throw new CorpusError('corpus/options', {
    where: option('delimiter'),
    expected: 'tab or space for format conll',
    got: JSON.stringify(name),
  })
}

function guessDelimiter(rows: readonly string[]): Delimiter {
  // Comments would mislead. If every row starts with #, they are hashtags.
  const plain = rows.filter(row => row[0] !== '#')
  const sample = plain.length > 0 ? plain : rows
  return sample.filter(row => row.includes('\t')).length * 2 > sample.length ? 'tab' : 'space'
}

function trimmedLength(row: readonly string[]): number {
  return Math.max(1, row.findLastIndex(field => field !== '') + 1)
}

/** The most frequent number, or the larger of two equally frequent ones. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1)
  const [best = [1]] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])
  return best[0]
}

function hasIds(rows: readonly (readonly string[] | undefined)[]): boolean {
  let expected = 1
  let longest = 0
  for (const row of rows) {
    if (row === undefined) expected = 1
    else if ((row[0] === '#' && expected === 1) || isNoToken(`${row[0]}\t`)) continue
    else if (row[0] !== String(expected)) return false
    else longest = Math.max(longest, expected++)
  }
  return longest >= 3
}
