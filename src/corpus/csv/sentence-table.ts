import { isPlainTag, isTag, TAG_FORM } from '../../tags/scheme.js'
import { areBareLabels, prefixFault, tagOfBareLabel } from '../bare-labels.js'
import { type DocumentFields, DocumentNames } from '../documents.js'
import { type ReadContext, RowError, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { type CsvLayout, findColumns, locateColumns, namesOf } from './header.js'
import { isFullList, isListLiteral, parseListLiteral } from './list-literal.js'
import { type CsvRow, widthFault } from './rows.js'

/**
 * Reads a table with one sentence per row. Words and tags are each a list written as text (`['O', 'B-geo']`) or
 * separated by spaces (`O B-geo`). Further columns are kept if they are lists.
 */
export class SentenceTable {
  private readonly layout: CsvLayout
  private readonly extra: readonly number[]
  private readonly names: readonly string[]
  private document: DocumentFields | undefined
  private readonly documents: DocumentNames
  private blank = 0
  /** The column of tags that are not read: they still tell how many words there are. */
  private readonly unreadTags: number
  /** The columns that are kept as fields, by index. */
  private readonly fields: readonly number[]

  /** @param first the first row below the header: its lists show which columns have one value per token */
  constructor(
    header: CsvRow,
    first: CsvRow,
    options: ReadOptions,
    private readonly context: ReadContext,
    /** Whether its labels have no prefix. */
    private readonly hasBareLabels: boolean,
  ) {
    this.layout = findColumns(header.fields, options, context.at(header.line), 'sentence')
    this.documents = new DocumentNames(context)
    this.unreadTags = options.tagColumn === 'none' ? tagColumnOf(header, options) : -1
    const { headers, token, tag, document } = this.layout
    const isList = (i: number) => i < first.fields.length && isListLiteral(first.fields[i])
    const others = headers.map((_, i) => i).filter(i => ![token, tag, document].includes(i))
    this.extra = options.columns === false ? [] : others.filter(isList)
    this.names = namesOf(headers, this.extra, context)
    const unread = others.filter(i => !isList(i) && ![this.layout.sentence, this.unreadTags].includes(i))
    this.fields = options.fields === true ? unread.filter(i => headers[i] !== '') : []
    if (unread.length > 0 && options.fields !== true)
      context.note(
        'unread-columns',
        `columns that are not lists are not read: ${unread.map(i => JSON.stringify(headers[i])).join(', ')}`,
      )
  }

  add({ fields, line }: CsvRow): Sentence | undefined {
    if (fields.every(field => field === '')) return undefined
    return this.context.attempt(line, () => this.read(fields, line))
  }

  finish(): undefined {
    if (this.blank > 0) this.context.note('empty-rows', `${this.blank} rows without words skipped`)
  }

  private read(fields: readonly string[], line: number): Sentence | undefined {
    const { headers, token, tag, document } = this.layout
    if (fields.length !== headers.length) throw new RowError(widthFault(fields, headers.length))
    const tags = tag < 0 ? [] : this.tagsOf(fields[tag])
    const bad = tags.find(each => !isPlainTag(each))
    if (bad !== undefined) return refuse('bad-tag', `tags: ${TAG_FORM}`, JSON.stringify(bad))
    const tokens = isListLiteral(fields[token])
      ? parseListLiteral(fields[token])
      : wordsOf(fields[token], tag < 0 ? this.unreadLength(fields) : tags.length)
    if (tokens.length === 0 && tags.length === 0) {
      this.blank++
      return undefined
    }
    if (tag >= 0 && tags.length !== tokens.length)
      return refuse('tag-count', `as many tags as words (${tokens.length})`, `${tags.length} tags`)
    const columns = this.extra.map(
      (i, at) => [this.names[at], this.listOf(fields, i, tokens.length)] as const,
    )
    // An empty field repeats the document of the row before.
    if (document >= 0 && fields[document] !== '') this.document = this.documents.get(fields[document])
    return {
      tokens,
      tags,
      ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
      ...this.document,
      ...(this.fields.length > 0 && {
        fields: Object.fromEntries(this.fields.map(i => [headers[i], fields[i]])),
      }),
      lines: [line],
    }
  }

  private tagsOf(field: string): string[] {
    const labels = itemsOf(field)
    if (!this.hasBareLabels) return labels
    for (const label of labels) {
      const fault = prefixFault(label)
      if (fault) throw new RowError(fault)
    }
    return labels.map(tagOfBareLabel)
  }

  private unreadLength(fields: readonly string[]): number | undefined {
    try {
      return itemsOf(fields[this.unreadTags] ?? '').length
    } catch (error) {
      if (error instanceof RowError) return undefined
      throw error
    }
  }

  private listOf(fields: readonly string[], column: number, length: number): string[] {
    const name = JSON.stringify(this.layout.headers[column])
    const field = fields[column]
    if (!isListLiteral(field))
      return refuse('bad-list', `a list in column ${name}, such as ['O', 'B-geo']`, JSON.stringify(field))
    const list = parseListLiteral(field)
    return list.length === length
      ? list
      : refuse('value-count', `as many values in column ${name} as words (${length})`, `${list.length}`)
  }
}

/**
 * Whether the rows below a header are sentences. That is so if the tags of the first one, read or not, are a list, or
 * several tags with spaces between them beside several words. Without tags it is so if its words are a list of quoted
 * strings, or other columns are lists too.
 */
export function hasSentenceRows(header: CsvRow, first: CsvRow, options: ReadOptions): boolean {
  const { token } = locateColumns(header.fields, options, 'sentence')
  const { fields } = first
  // A single list may be a word in brackets.
  const haveLists = isFullList(fields[token] ?? '') || fields.filter(isListLiteral).length > 1
  if (options.tagColumn === 'none' && haveLists) return true
  const tag = tagColumnOf(header, options)
  if (tag < 0) return false
  const tags = fields[tag] ?? ''
  if (isListLiteral(tags)) return true
  const parts = partsOf(tags)
  const words = partsOf(fields[token] ?? '').length
  if (parts.length < 2 || words < 2) return false
  return parts.every(isTag) || (parts.length === words && areBareLabels(parts))
}

/** The tags of a field; none of one that cannot be read. */
export function tagsIn(field: string): string[] {
  try {
    return itemsOf(field)
  } catch (error) {
    if (error instanceof RowError) return []
    throw error
  }
}

/** The column of tags, read or not, or −1. */
function tagColumnOf({ fields }: CsvRow, options: ReadOptions): number {
  const tagColumn = options.tagColumn === 'none' ? undefined : options.tagColumn
  return locateColumns(fields, { ...options, tagColumn }, 'sentence').tag
}

/** The words between single spaces, or between any white space if their number is not the number of tags. */
function wordsOf(text: string, expected: number | undefined): string[] {
  const words = text.split(' ').filter(word => word !== '')
  return words.length === expected ? words : partsOf(text)
}

function itemsOf(field: string): string[] {
  return isListLiteral(field) ? parseListLiteral(field) : partsOf(field)
}

function partsOf(text: string): string[] {
  return text.split(/\s+/).filter(part => part !== '')
}
