import { type FilePlace, option, say } from '../../base/fault.js'
import { isTag } from '../../tags/scheme.js'
import { areBareLabels } from '../bare-labels.js'
import { columnIndex } from '../columns.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadOptions } from '../read-options.js'
import type { LineBlock } from '../split-lines.js'
import { type Delimiter, isBlank, isDocumentMark, isNoToken, miscTag, splitRow } from './rows.js'

/** The layout of a column file's rows, the same for the whole file. Columns are indices from 0. */
export interface ConllLayout {
  readonly delimiter: Delimiter
  readonly columns: number
  readonly token: number
  /** −1 if the file has no tags. */
  readonly tag: number
  /**
   * Whether the first column numbers the tokens of each sentence, as in CoNLL-U and GermEval. If there is only one other
   * column, and no option says what it is, it is both `token` and `tag`: see `checkLayout`.
   */
  readonly ids: boolean
  /** Whether the tag is one of the `Key=Value` pairs of its column, as in CoNLL-U's MISC: see `miscTag`. */
  readonly misc: boolean
  /** A second layer of tags that is not read as tags (GermEval's nested entities). */
  readonly innerTag?: number
  /** Whether the tags are labels without a prefix: see `areBareLabels`. */
  readonly bare: boolean
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
  const columns = mostFrequent(plainRows(filled).map(line => trimmedLength(splitRow(line, delimiter))))
  const regular = rows.map(line => (isBlank(line) ? undefined : splitRow(line, delimiter, columns)))
  const ids = columns >= 2 && hasIds(regular)
  const samples = regular.filter(
    row => row?.length === columns && !(ids && (row[0][0] === '#' || isNoToken(`${row[0]}\t`))),
  )
  const tagLike = Array.from({ length: columns }, (_, i) => i).filter(
    i => samples.length > 0 && samples.every(row => row && isTag(row[i])),
  )
  const holdsMisc = (i: number) => ids && samples.some(row => row && miscTag(row[i]) !== 'O')
  const layers = ids && columns > 3 && tagLike.includes(columns - 2) && tagLike.includes(columns - 1)
  const tag = tagIndex()
  const misc = tag > 0 && !tagLike.includes(tag) && holdsMisc(tag)
  const token = tokenIndex()
  const bare =
    tag >= 0 && !misc && tag !== token && areBareLabels(samples.map(row => row?.[tag].trim() ?? ''))
  const innerTag = layers && tag === columns - 2 ? columns - 1 : undefined
  return {
    delimiter,
    columns,
    token,
    tag,
    ids,
    misc,
    bare,
    tagLike,
    ...(innerTag !== undefined && { innerTag }),
  }

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
    const last = columns - 1
    if (columns === 1) return -1
    if (layers) return last - 1
    const elsewhere = tagLike.filter(i => i > 1)
    // Universal NER: the number, the word, the tag and who annotated it.
    const isElsewhere = ids && elsewhere.length === 1 && !holdsMisc(last)
    return isElsewhere && samples.filter(row => row && isTag(row[last])).length * 2 < samples.length
      ? elsewhere[0]
      : last
  }
}

/** @throws CorpusError `corpus/columns` if no column is left for the words beside numbers and tags */
export function checkLayout({ token, tag }: ConllLayout, where: FilePlace): void {
  if (token !== tag) return
  throw new CorpusError('corpus/columns', {
    where,
    expected: 'a word and a tag in each row',
    got: 'rows of two columns, of which the first numbers the tokens',
    remedy: say`add the missing column; if the numbers are the words, choose ${option('tokenColumn', '1')}; if there are no tags, choose ${option('tagColumn', 'none')}`,
  })
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
  const sample = plainRows(rows)
  return sample.filter(row => row.includes('\t')).length * 2 > sample.length ? 'tab' : 'space'
}

/** Rows that are no comments, which would mislead. If every row starts with #, they are hashtags. */
function plainRows(rows: readonly string[]): readonly string[] {
  const plain = rows.filter(row => row[0] !== '#')
  return plain.length > 0 ? plain : rows
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

/**
 * Whether all first fields are numbers, and nine in ten count on from the row before. A sentence begins with 0, 1 or the
 * next number.
 */
function hasIds(rows: readonly (readonly string[] | undefined)[]): boolean {
  let last: number | undefined
  let next = 0
  let [numbered, inOrder, longest, comments] = [0, 0, 0, 0]
  let length = 0
  for (const row of rows) {
    if (row === undefined) {
      last = undefined
      length = 0
    } else if (row[0][0] === '#' && last === undefined) comments++
    else if (!isNoToken(`${row[0]}\t`)) {
      if (!/^\d+$/.test(row[0])) return false
      const id = Number(row[0])
      numbered++
      if (last === undefined ? id <= 1 || id === next : id === last + 1) inOrder++
      last = id
      next = id + 1
      longest = Math.max(longest, ++length)
    }
  }
  // Sentences of one word: so many that all begin with 1 are numbered, and none of them is the word "1".
  return numbered > 0 && inOrder * 10 >= numbered * 9 && (longest >= 2 || comments > 0 || isAlwaysFirst(rows))
}

function isAlwaysFirst(rows: readonly (readonly string[] | undefined)[]): boolean {
  const filled = rows.filter(row => row !== undefined)
  return filled.length >= 2 && filled.every(row => row[0] === '1')
}
