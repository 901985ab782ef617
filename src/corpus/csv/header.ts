import { columnIndex, columnName, normalHeader } from '../columns.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext, ReadOptions } from '../read-options.js'

/** Header names by what they stand for, letters and digits only; the first that is present wins. */
const NAMES = {
  sentence: ['sentence', 'sentenceid', 'sentenceidx', 'sentid', 'sent', 'sentencenumber'],
  token: ['word', 'token', 'words', 'tokens', 'form'],
  tag: [
    'tag',
    'ner',
    'nertag',
    'netag',
    'tags',
    'nertags',
    'label',
    'labels',
    'iob',
    'bio',
    'entity',
    'entitytag',
  ],
  document: ['document', 'documentid', 'doc', 'docid'],
} as const

/** What a column is called whose fields are whole sentences, besides the names of words. */
const TEXT_NAMES: readonly string[] = ['text', 'sentence', 'sentences']

/** Whether a column is called as one whose fields are whole sentences. */
export function isTextHeader(header: string): boolean {
  return TEXT_NAMES.includes(normalHeader(header))
}

/** Where a table's columns are, as indices; −1 for one that is not there. */
export interface CsvLayout {
  readonly headers: readonly string[]
  readonly sentence: number
  readonly token: number
  readonly tag: number
  readonly document: number
}

/** The separator that makes most columns of a header; comma where none does. */
export function guessDelimiter(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, '')
  let best = ','
  for (const candidate of [',', ';', '\t', '|'])
    if (unquoted.split(candidate).length > unquoted.split(best).length) best = candidate
  return best
}

/** Whether a header stands for a sentence, word, tag or document column. */
export function isKnownHeader(header: string): boolean {
  const normal = normalHeader(header)
  return Object.values(NAMES).some(names => (names as readonly string[]).includes(normal))
}

/** Whether a first line is a header with a column of words, so that a file can be told to be CSV. */
export function isCsvHeader(line: string): boolean {
  const fields = line.split(guessDelimiter(line)).map(field => normalHeader(field))
  const has = (names: readonly string[]) => fields.some(field => names.includes(field))
  if (fields.length < 2) return false
  return has(NAMES.token) ? has(NAMES.tag) || has(NAMES.sentence) : has(TEXT_NAMES) && has(NAMES.tag)
}

/**
 * Finds the columns by their headers, or as chosen.
 * @param row what a row holds: where it is a sentence, a column `Text` or `Sentence` has its words, and if there are two
 *   of the name, the first numbers the sentences
 */
export function locateColumns(
  headers: readonly string[],
  options: ReadOptions,
  row: 'token' | 'sentence',
): CsvLayout {
  const normal = headers.map(normalHeader)
  const find = (kind: keyof typeof NAMES): number => {
    for (const name of NAMES[kind]) {
      const at = normal.indexOf(name)
      if (at >= 0) return at
    }
    return -1
  }
  const choose = (kind: 'token' | 'tag' | 'sentence', choice: string | number | undefined): number =>
    choice === undefined ? find(kind) : columnIndex(choice, headers.length, `--${kind}-column`, headers)
  const token = choose('token', options.tokenColumn)
  const text = normal.findLastIndex(name => TEXT_NAMES.includes(name))
  const words = token < 0 && row === 'sentence' ? text : token
  const sentence = choose('sentence', options.sentenceColumn)
  return {
    headers,
    sentence: sentence === words ? -1 : sentence,
    token: words,
    tag: options.tagColumn === 'none' ? -1 : choose('tag', options.tagColumn),
    document: find('document'),
  }
}

/**
 * As `locateColumns`, of a table that is to be read.
 * @throws CorpusError `corpus/columns` where there is no column of words or of tags
 */
export function findColumns(
  headers: readonly string[],
  options: ReadOptions,
  where: string,
  row: 'token' | 'sentence' = 'token',
): CsvLayout {
  const layout = locateColumns(headers, options, row)
  const missing: ('token' | 'tag')[] = []
  if (layout.token < 0) missing.push('token')
  if (layout.tag < 0 && options.tagColumn !== 'none') missing.push('tag')
  if (missing.length === 0) return layout
  const got = headers.map(header => JSON.stringify(header)).join(', ')
  throw new CorpusError(
    'corpus/columns',
    missing.map(kind => ({
      where,
      expected: `a header with a column of ${kind === 'token' ? 'words (Word, Token …)' : 'tags (Tag, NER, Label …)'}`,
      got,
      remedy:
        kind === 'token'
          ? 'name it with --token-column'
          : 'name it with --tag-column, or read words only with --tag-column none',
    })),
  )
}

/**
 * Names for further columns, each of its own: one without a name, or with that of an earlier one (which is told), is
 * called by its number as in column files.
 */
export function namesOf(
  headers: readonly string[],
  columns: readonly number[],
  { note }: ReadContext,
): string[] {
  const names: string[] = []
  for (const column of columns) {
    const header = headers[column]
    const isFree = header !== '' && !names.includes(header)
    let name = isFree ? header : columnName(column)
    while (!isFree && (names.includes(name) || headers.includes(name))) name += '_'
    names.push(name)
    if (!isFree && header !== '')
      note(
        `column ${column + 1} has the name of an earlier one, ${JSON.stringify(header)}, and is called ${name}`,
      )
  }
  return names
}
