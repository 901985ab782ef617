import { option, say } from '../../base/fault.js'
import {
  areBareLabels,
  BARE_LABELS_NOTE,
  mayBeBareLabel,
  prefixFault,
  tagOfBareLabel,
} from '../bare-labels.js'
import { CorpusError } from '../corpus-error.js'
import { DocumentNames } from '../documents.js'
import type { ReadContext } from '../read-context.js'
import { type ReadOptions, tagColumnAdvice } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import { type LineBlock, withoutReturn } from '../split-lines.js'
import {
  type CsvLayout,
  findColumns,
  guessDelimiter,
  isTextHeader,
  locateColumns,
  namesOf,
} from './header.js'
import { type CsvRow, CsvRows, widthFault } from './rows.js'
import { hasSentenceRows, SentenceTable, tagsIn } from './sentence-table.js'
import { spanColumns } from './span-columns.js'
import { SpanTable } from './span-table.js'

/**
 * Reads tables with a header and one token per row. A sentence ends where the sentence column has another value; an
 * empty value repeats the last one (Kaggle's layout fills `Sentence #` only in a sentence's first row). Without such a
 * column, empty lines separate sentences. A `Document` column works in the same way, but a name that appears again is
 * the same document. Words are not trimmed. If the tags of the first row are a list, each row is a sentence: see
 * `SentenceTable`.
 */
export async function* readCsv(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let csv: CsvRows | undefined
  let header: CsvRow | undefined
  let table: TokenTable | SentenceTable | SpanTable | undefined
  /** Rows that do not tell yet what kind of table it is. */
  let waiting: CsvRow[] = []
  for await (const block of blocks) {
    for (const line of block) {
      csv ??= new CsvRows(chosen(options.delimiter ?? guessDelimiter(withoutReturn(line))), context)
      const row = csv.push(line)
      if (row === undefined) continue
      if (header === undefined) {
        header = row
        continue
      }
      if (table === undefined) {
        waiting.push(row)
        table = tableOf(header, waiting, options, context, waiting.length > MOST_WAITING)
        if (table === undefined) continue
        for (const each of waiting.slice(0, -1)) {
          const sentence = table.add(each)
          if (sentence) yield sentence
        }
        waiting = []
      }
      const sentence = table.add(row)
      if (sentence) yield sentence
    }
  }
  csv?.finish()
  if (header && table === undefined) {
    table = tableOf(header, waiting, options, context, true)
    for (const each of waiting) {
      const sentence = table.add(each)
      if (sentence) yield sentence
    }
  }
  const last = table?.finish()
  if (last) yield last
}

/** So many rows may have no labels before one tells how labels are written. */
const MOST_WAITING = 1000
/** The same where a row is a sentence. */
const MOST_SENTENCES = 100

/** The kind of table that the first rows show. @returns `undefined` where a later row must tell, unless there is none */
function tableOf(
  header: CsvRow,
  rows: readonly CsvRow[],
  options: ReadOptions,
  context: ReadContext,
  isLast: false,
): TokenTable | SentenceTable | SpanTable | undefined
function tableOf(
  header: CsvRow,
  rows: readonly CsvRow[],
  options: ReadOptions,
  context: ReadContext,
  isLast: boolean,
): TokenTable | SentenceTable | SpanTable
function tableOf(
  header: CsvRow,
  rows: readonly CsvRow[],
  options: ReadOptions,
  context: ReadContext,
  isLast: boolean,
): TokenTable | SentenceTable | SpanTable | undefined {
  const row = rows.at(-1)
  if (row === undefined) return new TokenTable(header, options, context, false)
  const isChosen = options.tokenColumn !== undefined || (options.tagColumn ?? 'none') !== 'none'
  const columns = isChosen ? undefined : spanColumns(header.fields, row)
  if (columns === 'unsure' && !isLast) return undefined
  if (columns !== undefined && columns !== 'unsure')
    return new SpanTable(header.fields, columns, options, context)
  const first = columns === 'unsure' ? row : rows[0]
  const isSentence = hasSentenceRows(header, first, options)
  const labels = labelsOf(header, rows, options, isSentence)
  const mayBeBare = labels.every(label => label === 'O' || mayBeBareLabel(label))
  if (mayBeBare && labels.length > 0 && !isLast && (!isSentence || rows.length < MOST_SENTENCES))
    return undefined
  const isBare = mayBeBare && areBareLabels(labels)
  if (isBare) context.note(...BARE_LABELS_NOTE)
  return isSentence
    ? new SentenceTable(header, first, options, context, isBare)
    : new TokenTable(header, options, context, isBare)
}

/** The labels in the column of tags. */
function labelsOf(
  { fields }: CsvRow,
  rows: readonly CsvRow[],
  options: ReadOptions,
  isSentence: boolean,
): string[] {
  const { tag } = locateColumns(fields, options, isSentence ? 'sentence' : 'token')
  const values = tag < 0 ? [] : rows.map(row => (row.fields[tag] ?? '').trim()).filter(value => value !== '')
  return isSentence ? values.flatMap(tagsIn) : values
}

function chosen(name: string): string {
  const delimiter = name === 'tab' ? '\t' : name
  if (delimiter.length === 1 && delimiter !== '"') return delimiter
  throw new CorpusError('corpus/options', {
    where: option('delimiter'),
    expected: 'one character, or tab',
    got: JSON.stringify(name),
  })
}

/** Collects rows of one token each into sentences. */
class TokenTable {
  private readonly layout: CsvLayout
  private readonly rows: RowCollector
  private readonly extra: readonly number[]
  private sentence = ''
  private document = ''
  private readonly documents: DocumentNames
  /** Whether only a field itself can show that it is one word. */
  private readonly isBare: boolean

  constructor(
    header: CsvRow,
    options: ReadOptions,
    private readonly context: ReadContext,
    /** Whether its labels have no prefix. */
    private readonly hasBareLabels: boolean,
  ) {
    this.layout = findColumns(header.fields, options, context.at(header.line))
    const { headers, sentence, token, tag, document } = this.layout
    this.isBare = tag < 0 && (sentence < 0 || isTextHeader(headers[token]))
    const used = [sentence, token, tag, document]
    this.documents = new DocumentNames(context)
    this.extra = options.columns === false ? [] : headers.map((_, i) => i).filter(i => !used.includes(i))
    this.rows = new RowCollector(context, {
      extraNames: namesOf(headers, this.extra, context),
      tagRemedy: say`fix the tag, or ${tagColumnAdvice(options)}`,
      boundary: say`choose the column that numbers the sentences with ${option('sentenceColumn')}, or put an empty line between sentences`,
    })
  }

  /** @returns the sentence that ends before this row, if the row starts another one */
  add(row: CsvRow): Sentence | undefined {
    const { layout, rows, context } = this
    const { fields, line } = row
    if (fields.every(field => field === '')) return layout.sentence < 0 ? rows.take() : undefined
    if (fields.length !== layout.headers.length) {
      context.fault(line, widthFault(fields, layout.headers.length))
      return undefined
    }
    if (this.isBare && / \S/.test(fields[layout.token].trim()))
      throw this.textForWord(fields[layout.token], line)
    const newDocument = this.startsDocument(fields)
    const ended = this.startsSentence(fields) || newDocument ? rows.take() : undefined
    if (newDocument) rows.startDocument(this.documents.get(this.document))
    const tag = layout.tag < 0 ? undefined : fields[layout.tag]
    const prefixed = this.hasBareLabels && tag !== undefined ? prefixFault(tag.trim()) : undefined
    if (prefixed) {
      context.fault(line, prefixed)
      return ended
    }
    rows.add(
      line,
      fields[layout.token],
      this.hasBareLabels && tag !== undefined ? tagOfBareLabel(tag.trim()) : tag,
      this.extra.map(i => fields[i]),
    )
    return ended
  }

  finish(): Sentence | undefined {
    return this.rows.take()
  }

  /** A field that would be read as one long word. */
  private textForWord(text: string, line: number): CorpusError {
    return new CorpusError('corpus/format', {
      code: 'text-for-word',
      where: this.context.at(line),
      expected: 'one word or a list of words per row, since there are no tags to split a text by',
      got: JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text),
      remedy:
        'write the words of a sentence as a list, such as ["Ada", "left"]; text must be split into words first',
    })
  }

  private startsSentence(fields: readonly string[]): boolean {
    const { layout } = this
    const id = layout.sentence >= 0 ? fields[layout.sentence] : ''
    if (id === '' || id === this.sentence) return false
    this.sentence = ` ${id}`.slice(1)
    return true
  }

  private startsDocument(fields: readonly string[]): boolean {
    const { layout } = this
    const id = layout.document >= 0 ? fields[layout.document] : ''
    if (id === '' || id === this.document) return false
    this.document = ` ${id}`.slice(1)
    return true
  }
}
