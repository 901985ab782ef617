import { isTag } from '../../tags/scheme.js'
import { columnIndex } from '../columns.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadOptions } from '../read-options.js'
import type { LineBlock } from '../split-lines.js'

/** How the rows of a column file are laid out; the same for the whole file. */
export interface ConllLayout {
  readonly delimiter: 'tab' | 'space'
  readonly columns: number
  readonly token: number
  /** −1 where the file has no tags. */
  readonly tag: number
  /** Whether the first column numbers the tokens of each sentence from 1, as in CoNLL-U and GermEval. */
  readonly ids: boolean
  /** A second layer of tags that was left aside (GermEval's nested entities), as an index. */
  readonly innerTag?: number
  /** Columns that hold nothing but tags in the rows seen, for advice. */
  readonly tagLike: readonly number[]
}

const SAMPLE = 4000

export function isBlank(line: string): boolean {
  return line === '' || ((line[0] === ' ' || line[0] === '\t') && /^[ \t]*$/.test(line))
}

/** A document's mark, in all its variants: with any number of columns, alone, or with a title. */
export function isDocumentMark(line: string): boolean {
  return line.startsWith('-DOCSTART-') && (line.length === 10 || line[10] === ' ' || line[10] === '\t')
}

/** The fields of one row. Separated by tabs, fields may be empty or hold spaces; a run of spaces is one separator. */
export function splitRow(line: string, delimiter: 'tab' | 'space', columns = 0): string[] {
  if (delimiter === 'space') {
    if (line.indexOf('\t') < 0) {
      const fields = line.split(' ')
      if (!fields.includes('')) return fields
    }
    return line.split(/[ \t]+/).filter(field => field !== '')
  }
  const fields = line.split('\t')
  while (columns > 0 && fields.length > columns && fields[fields.length - 1] === '') fields.pop()
  return fields
}

/** Whether a row of a file with running numbers is no token: CoNLL-U's multiword tokens (`2-3`) and empty nodes (`5.1`). */
export function isNoToken(line: string): boolean {
  return /^ *\d+[-.]\d+[ \t]/.test(line)
}

/** Finds the layout from a file's first rows. @throws CorpusError `corpus/options` for a column that is not there */
export function guessLayout(head: LineBlock, options: ReadOptions): ConllLayout {
  const rows = head.slice(0, SAMPLE).filter(line => !isDocumentMark(line))
  const filled = rows.filter(line => !isBlank(line))
  const delimiter = chosenDelimiter(options.delimiter) ?? guessDelimiter(filled)
  const split = (line: string) => splitRow(line, delimiter)
  const columns = commonest(filled.map(line => trimmedLength(split(line))))
  const regular = rows.map(line => (isBlank(line) ? undefined : splitRow(line, delimiter, columns)))
  const ids = columns >= 3 && hasIds(regular)
  const samples = regular.filter(
    row => row !== undefined && row.length === columns && !(ids && (row[0] === '#' || isBetween(row[0]))),
  )
  const tagLike = Array.from({ length: columns }, (_, i) => i).filter(
    i => samples.length > 0 && samples.every(row => row && isTag(row[i])),
  )
  const layers = ids && tagLike.includes(columns - 2) && tagLike.includes(columns - 1)
  const tag = tagIndex()
  const token = tokenIndex()
  const innerTag = layers && tag === columns - 2 ? columns - 1 : undefined
  return { delimiter, columns, token, tag, ids, tagLike, ...(innerTag !== undefined && { innerTag }) }

  function pick(choice: number | string, name: string): number {
    return columnIndex(choice, columns, `--${name}-column`)
  }
  /** The first column that is free: where the tags were said to be in the first, the words are in the next. */
  function tokenIndex(): number {
    if (options.tokenColumn === undefined) {
      const first = ids ? 1 : 0
      return first === tag && columns > first + 1 ? first + 1 : first
    }
    const chosen = pick(options.tokenColumn, 'token')
    if (chosen !== tag || options.tagColumn === undefined) return chosen
    throw new CorpusError('corpus/options', {
      where: '--token-column',
      expected: 'another column than the tags are in',
      got: String(options.tokenColumn),
    })
  }
  function tagIndex(): number {
    if (options.tagColumn === 'none') return -1
    if (options.tagColumn !== undefined) return pick(options.tagColumn, 'tag')
    return columns === 1 ? -1 : layers ? columns - 2 : columns - 1
  }
}

function chosenDelimiter(name: string | undefined): 'tab' | 'space' | undefined {
  if (name === undefined) return undefined
  if (name === 'tab' || name === '\t') return 'tab'
  if (name === 'space' || name === ' ') return 'space'
  throw new CorpusError('corpus/options', {
    where: '--delimiter',
    expected: 'tab or space for format conll',
    got: JSON.stringify(name),
  })
}

function guessDelimiter(rows: readonly string[]): 'tab' | 'space' {
  // Comments would mislead; rows of hashtags tell the same as others do.
  const plain = rows.filter(row => row[0] !== '#')
  const sample = plain.length > 0 ? plain : rows
  return sample.filter(row => row.includes('\t')).length * 2 > sample.length ? 'tab' : 'space'
}

function trimmedLength(row: readonly string[]): number {
  let length = row.length
  while (length > 1 && row[length - 1] === '') length--
  return length
}

/** The most frequent number; the larger one of two equally frequent. */
function commonest(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1)
  let best = 1
  for (const [n, count] of counts) {
    const known = counts.get(best) ?? 0
    if (count > known || (count === known && n > best)) best = n
  }
  return best
}

/** Whether a running number is a range (`2-3`: a word that stands for several) or a fraction (`5.1`: one left out). */
function isBetween(id: string): boolean {
  return /^\d+[-.]\d+$/.test(id)
}

function hasIds(rows: readonly (readonly string[] | undefined)[]): boolean {
  let expected = 1
  let longest = 0
  for (const row of rows) {
    if (row === undefined) expected = 1
    else if ((row[0] === '#' && expected === 1) || isBetween(row[0])) continue
    else if (row[0] !== String(expected)) return false
    else longest = Math.max(longest, expected++)
  }
  return longest >= 3
}
