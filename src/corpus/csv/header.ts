import { option, type Place, say } from '../../base/fault.js'
import { columnIndex, columnName, normalHeader } from '../columns.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import { type ReadOptions, tagColumnAdvice } from '../read-options.js'
import { isSpanHeader } from './span-columns.js'

/** Header names by meaning, with letters and digits only. The first one that is present counts. */
const NAMES = {
  sentence: ['sentence', 'sentenceid', 'sentenceidx', 'sentid', 'sent', 'sentencenumber'],
  token: ['word', 'token', 'words', 'tokens', 'form'],
  tag: 'tag ner nertag netag tags nertags label labels iob bio entity entitytag'.split(' '),
  document: ['document', 'documentid', 'doc', 'docid'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Header names of columns that contain whole sentences, besides those of words. */
const TEXT_NAMES: readonly string[] = ['text', 'sentence', 'sentences']

/** Whether a header stands for whole sentences. */
export function isTextHeader(header: string): boolean {
  return TEXT_NAMES.includes(normalHeader(header))
}

/** The columns of a table as indices, −1 for one that does not exist. */
export interface CsvLayout {
  readonly headers: readonly string[]
  readonly sentence: number
  readonly token: number
  readonly tag: number
  readonly document: number
}

/** The separator that gives the most columns in a header, or a comma. */
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

/** Whether a first line is a header with a column of words, so that the file is CSV. */
export function isCsvHeader(line: string): boolean {
  const fields = line.split(guessDelimiter(line)).map(field => normalHeader(field))
  const has = (names: readonly string[]) => fields.some(field => names.includes(field))
  if (fields.length < 2) return false
  if (isSpanHeader(fields)) return true
  return has(NAMES.token) ? has(NAMES.tag) || has(NAMES.sentence) : has(TEXT_NAMES) && has(NAMES.tag)
}

/**
 * Finds the columns by their headers, or as chosen.
 * @param row what a row is. If it is a sentence, a column `Text` or `Sentence` has its words; of two such columns, the
 *   first one numbers the sentences.
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
    choice === undefined ? find(kind) : columnIndex(choice, headers.length, `${kind}Column`, headers)
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
 * As `locateColumns`, for a table that is read.
 * @throws CorpusError `corpus/columns` if there is no column of words or of tags
 */
export function findColumns(
  headers: readonly string[],
  options: ReadOptions,
  where: Place,
  row: 'token' | 'sentence' = 'token',
): CsvLayout {
  const layout = locateColumns(headers, options, row)
  const got = headers.map(header => JSON.stringify(header)).join(', ')
  const words = {
    code: 'no-token-column',
    where,
    expected: 'a header with a column of words (Word, Token, …)',
    got,
    remedy: say`choose the column of words with ${option('tokenColumn')}`,
  }
  const tags = {
    code: 'no-tag-column',
    where,
    expected: 'a header with a column of tags (Tag, NER, Label, …)',
    got,
    remedy: tagColumnAdvice(options),
  }
  const missing = [
    ...(layout.token < 0 ? [words] : []),
    ...(layout.tag < 0 && options.tagColumn !== 'none' ? [tags] : []),
  ]
  if (missing.length > 0) throw new CorpusError('corpus/columns', missing)
  return layout
}

/**
 * Unique names for further columns. One without a name, or with the name of an earlier one (which is noted), is called
 * by its number, as in column files.
 */
export function namesOf(
  headers: readonly string[],
  columns: readonly number[],
  context: ReadContext,
): string[] {
  const names: string[] = []
  for (const column of columns) {
    const header = headers[column]
    const isFree = header !== '' && !names.includes(header)
    let name = isFree ? header : columnName(column)
    while (!isFree && (names.includes(name) || headers.includes(name))) name += '_'
    names.push(name)
    if (!isFree && header !== '')
      context.note(
        'repeated-header',
        `column ${column + 1} has the same name as an earlier one, ${JSON.stringify(header)}, and is called ${name}`,
      )
  }
  return names
}
