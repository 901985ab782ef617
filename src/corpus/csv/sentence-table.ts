import { isTag } from '../../tags/scheme.js'
import { type DocumentFields, DocumentNames } from '../document-names.js'
import { isPlainTag } from '../plain-tag.js'
import type { ReadContext, ReadOptions } from '../read-options.js'
import { RecordProblem, refuse } from '../record-problem.js'
import type { Sentence } from '../sentence.js'
import { type CsvLayout, findColumns, locateColumns, namesOf } from './header.js'
import { isFullList, isListLiteral, parseListLiteral } from './list-literal.js'
import type { CsvRow } from './rows.js'

/**
 * Rows of a table that has a sentence a row: words and tags each as a list that was written as text (`['O', 'B-geo']`)
 * or with a space between two (`O B-geo`). Further columns that are lists are kept.
 */
export class SentenceTable {
  private readonly layout: CsvLayout
  private readonly extra: readonly number[]
  private readonly names: readonly string[]
  private document: DocumentFields | undefined
  private readonly documents: DocumentNames
  private blank = 0
  /** The column of tags that are not read: still they tell how many words there are. */
  private readonly unreadTags: number

  /** @param first the first row below the header, whose lists say which columns are of tokens */
  constructor(
    header: CsvRow,
    first: CsvRow,
    options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.layout = findColumns(header.fields, options, `${context.source}:${header.line}`, 'sentence')
    this.documents = new DocumentNames(context.note)
    this.unreadTags = options.tagColumn === 'none' ? tagsBeside(header, options) : -1
    const { headers, token, tag, document } = this.layout
    const isList = (i: number) => i < first.fields.length && isListLiteral(first.fields[i])
    const others = headers.map((_, i) => i).filter(i => ![token, tag, document].includes(i))
    this.extra = options.columns === false ? [] : others.filter(isList)
    this.names = namesOf(headers, this.extra, context)
    const unread = others.filter(i => !isList(i) && ![this.layout.sentence, this.unreadTags].includes(i))
    if (unread.length > 0)
      context.note(
        `columns without a list for each sentence are not read: ${unread.map(i => JSON.stringify(headers[i])).join(', ')}`,
      )
  }

  add({ fields, line }: CsvRow): Sentence | undefined {
    if (fields.every(field => field === '')) return undefined
    try {
      return this.read(fields, line)
    } catch (error) {
      if (!(error instanceof RecordProblem)) throw error
      this.context.fault({ where: `${this.context.source}:${line}`, ...error.problem })
      return undefined
    }
  }

  finish(): undefined {
    if (this.blank > 0) this.context.note(`${this.blank} rows without a word left out`)
  }

  private read(fields: readonly string[], line: number): Sentence | undefined {
    const { headers, token, tag, document } = this.layout
    if (fields.length !== headers.length)
      return refuse(
        `${headers.length} columns, as in the header`,
        `${fields.length} in ${JSON.stringify(fields.join(' ').slice(0, 40))}`,
        'put quotes around a field that holds the separator',
      )
    const tags =
      tag < 0 ? [] : isListLiteral(fields[tag]) ? parseListLiteral(fields[tag]) : partsOf(fields[tag])
    const bad = tags.find(each => !isPlainTag(each))
    if (bad !== undefined)
      return refuse('tags O, or one of B I E S L U, a hyphen and a type (B-PER)', JSON.stringify(bad))
    const tokens = isListLiteral(fields[token])
      ? parseListLiteral(fields[token])
      : wordsOf(fields[token], tag < 0 ? this.unreadLength(fields) : tags.length)
    if (tokens.length === 0 && tags.length === 0) {
      this.blank++
      return undefined
    }
    if (tag >= 0 && tags.length !== tokens.length)
      return refuse(`as many tags as words (${tokens.length})`, `${tags.length} tags`)
    const columns = this.extra.map((i, at) => [this.names[at], this.listOf(fields, i)] as const)
    for (const [name, column] of columns)
      if (column.length !== tokens.length)
        return refuse(
          `as many values in column ${JSON.stringify(name)} as words (${tokens.length})`,
          `${column.length}`,
        )
    // An empty cell carries on.
    if (document >= 0 && fields[document] !== '') this.document = this.documents.get(fields[document])
    return {
      tokens,
      tags,
      ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
      ...this.document,
      lines: [line],
    }
  }

  private unreadLength(fields: readonly string[]): number | undefined {
    const field = this.unreadTags < 0 ? '' : fields[this.unreadTags]
    try {
      return isListLiteral(field) ? parseListLiteral(field).length : partsOf(field).length
    } catch (error) {
      if (error instanceof RecordProblem) return undefined
      throw error
    }
  }

  private listOf(fields: readonly string[], column: number): string[] {
    if (isListLiteral(fields[column])) return parseListLiteral(fields[column])
    return refuse(
      `a list in column ${JSON.stringify(this.layout.headers[column])}, such as ['O', 'B-geo']`,
      JSON.stringify(fields[column]),
    )
  }
}

/**
 * Whether the rows below a header are sentences: the first one has a list for its tags, or several words and several tags
 * with spaces between them, be the tags read or not. Where there are none, its words are a list that is quoted, or other
 * columns are lists too.
 */
export function hasSentenceRows(header: CsvRow, first: CsvRow, options: ReadOptions): boolean {
  const { token } = locateColumns(header.fields, options, 'sentence')
  const { fields } = first
  // Words alone may be brackets.
  const haveLists = isFullList(fields[token] ?? '') || fields.filter(isListLiteral).length > 1
  if (options.tagColumn === 'none' && haveLists) return true
  const tag = tagsBeside(header, options)
  if (tag < 0) return false
  const tags = fields[tag] ?? ''
  if (isListLiteral(tags)) return true
  const parts = partsOf(tags)
  return parts.length > 1 && parts.every(isTag) && partsOf(fields[token] ?? '').length > 1
}

/** The column of tags, be they read or not; −1 where there is none. */
function tagsBeside({ fields }: CsvRow, options: ReadOptions): number {
  const tagColumn = options.tagColumn === 'none' ? undefined : options.tagColumn
  return locateColumns(fields, { ...options, tagColumn }, 'sentence').tag
}

/** Words between single spaces; between white space of any sort where that gives another number than there are tags. */
function wordsOf(text: string, expected: number | undefined): string[] {
  const words = text.split(' ').filter(word => word !== '')
  return words.length === expected ? words : partsOf(text)
}

/** What stands between white space. */
function partsOf(text: string): string[] {
  return text.split(/\s+/).filter(part => part !== '')
}
