import { CorpusError } from '../corpus-error.js'
import { DocumentNames } from '../document-names.js'
import type { ReadContext, ReadOptions } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import { type LineBlock, withoutReturn } from '../split-lines.js'
import { type CsvLayout, findColumns, guessDelimiter, isTextHeader, namesOf } from './header.js'
import { type CsvRow, CsvRows } from './rows.js'
import { hasSentenceRows, SentenceTable } from './sentence-table.js'

/**
 * Reads tables with a header and a token a row. A sentence ends where the sentence column has another value; an empty
 * value carries the last one on (Kaggle's layout fills `Sentence #` on a sentence's first row only). Without such a
 * column, empty lines part sentences. A `Document` column works likewise, but that a name that comes again is the same
 * document. Words are taken as they are: nothing is trimmed. Where the first row's tags are a list, a row is a sentence:
 * see `SentenceTable`.
 */
export async function* readCsv(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let csv: CsvRows | undefined
  let header: CsvRow | undefined
  let table: Table | SentenceTable | undefined
  let delimiter: string | undefined
  for await (const block of blocks) {
    for (const line of block) {
      if (delimiter === undefined) delimiter = options.delimiter ?? guessDelimiter(withoutReturn(line))
      csv ??= new CsvRows(chosen(delimiter), context)
      const row = csv.push(line)
      if (row === undefined) continue
      if (header === undefined) {
        header = row
        continue
      }
      table ??= createTable(header, row, options, context)
      const sentence = table.add(row)
      if (sentence) yield sentence
    }
  }
  csv?.finish()
  if (header && !table) table = new Table(header, options, context)
  const last = table?.finish()
  if (last) yield last
}

function createTable(
  header: CsvRow,
  first: CsvRow,
  options: ReadOptions,
  context: ReadContext,
): Table | SentenceTable {
  return hasSentenceRows(header, first, options)
    ? new SentenceTable(header, first, options, context)
    : new Table(header, options, context)
}

function chosen(name: string): string {
  const delimiter = name === 'tab' ? '\t' : name
  if (delimiter.length === 1 && delimiter !== '"') return delimiter
  throw new CorpusError('corpus/options', {
    where: '--delimiter',
    expected: 'one character, or tab',
    got: JSON.stringify(name),
  })
}

/** Rows of a token each to sentences. */
class Table {
  private readonly layout: CsvLayout
  private readonly rows: RowCollector
  private readonly extra: readonly number[]
  private sentence = ''
  private document = ''
  private readonly documents: DocumentNames
  /** Whether nothing but a field itself can tell that it is a word. */
  private readonly isBare: boolean

  constructor(
    header: CsvRow,
    options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.layout = findColumns(header.fields, options, `${context.source}:${header.line}`)
    const { headers, sentence, token, tag, document } = this.layout
    this.isBare = tag < 0 && (sentence < 0 || isTextHeader(headers[token]))
    const used = [sentence, token, tag, document]
    this.documents = new DocumentNames(context.note)
    this.extra = options.columns === false ? [] : headers.map((_, i) => i).filter(i => !used.includes(i))
    this.rows = new RowCollector(context, {
      extraNames: namesOf(headers, this.extra, context),
      tagRemedy: 'mend the tag, or choose the column with --tag-column',
      boundary:
        'name the column that numbers the sentences with --sentence-column, or put an empty line between them',
    })
  }

  /** @returns the sentence that this row ends, if it begins another */
  add(row: CsvRow): Sentence | undefined {
    const { layout, rows, context } = this
    const { fields, line } = row
    if (fields.every(field => field === '')) return layout.sentence < 0 ? rows.take() : undefined
    if (fields.length !== layout.headers.length) {
      context.fault({
        where: `${context.source}:${line}`,
        expected: `${layout.headers.length} columns, as in the header`,
        got: `${fields.length} in ${JSON.stringify(fields.join(' ').slice(0, 40))}`,
        remedy:
          fields.length < layout.headers.length
            ? 'add what is missing'
            : 'put quotes around a field that holds the separator',
      })
      return undefined
    }
    if (this.isBare && / \S/.test(fields[layout.token].trim()))
      throw this.textForWord(fields[layout.token], line)
    const newDocument = this.startsDocument(fields)
    const ended = this.startsSentence(fields) || newDocument ? rows.take() : undefined
    if (newDocument) rows.startDocument(this.documents.get(this.document))
    const tag = layout.tag < 0 ? undefined : fields[layout.tag]
    rows.add(
      line,
      fields[layout.token],
      tag,
      this.extra.map(i => fields[i]),
    )
    return ended
  }

  finish(): Sentence | undefined {
    return this.rows.take()
  }

  /** What would be taken for one long word. */
  private textForWord(text: string, line: number): CorpusError {
    return new CorpusError('corpus/format', {
      where: `${this.context.source}:${line}`,
      expected: 'a word a row, or a list of words, where there are no tags to tell',
      got: JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text),
      remedy:
        'write the words of a sentence as a list, such as ["Ada", "left"]; text that is not split into words is no corpus',
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
