import { CorpusError } from '../corpus-error.js'
import type { ReadContext, ReadOptions } from '../read-options.js'
import { RowCollector } from '../row-collector.js'
import type { Sentence } from '../sentence.js'
import { type LineBlock, withoutReturn } from '../split-lines.js'
import { type CsvLayout, findColumns, guessDelimiter } from './header.js'
import { type CsvRow, CsvRows } from './rows.js'

/**
 * Reads tables with a header and a token a row. A sentence ends where the sentence column has another value; an empty
 * value carries the last one on (Kaggle's layout fills `Sentence #` on a sentence's first row only). Without such a
 * column, empty lines part sentences. A `Document` column works likewise. Words are taken as they are: nothing is
 * trimmed.
 */
export async function* readCsv(
  blocks: AsyncIterable<LineBlock>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let state: { csv: CsvRows; table: Table } | undefined
  let delimiter: string | undefined
  for await (const block of blocks) {
    for (const line of block) {
      if (delimiter === undefined) delimiter = options.delimiter ?? guessDelimiter(withoutReturn(line))
      state ??= { csv: new CsvRows(chosen(delimiter), context), table: new Table(options, context) }
      const row = state.csv.push(line)
      if (row === undefined) continue
      const sentence = state.table.add(row)
      if (sentence) yield sentence
    }
  }
  state?.csv.finish()
  const last = state?.table.finish()
  if (last) yield last
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

/** Rows to sentences, once the header is known. */
class Table {
  private layout: CsvLayout | undefined
  private rows: RowCollector | undefined
  private extra: readonly number[] = []
  private sentence = ''
  private document: string | undefined

  constructor(
    private readonly options: ReadOptions,
    private readonly context: ReadContext,
  ) {}

  /** @returns the sentence that this row ends, if it begins another */
  add(row: CsvRow): Sentence | undefined {
    if (this.layout === undefined || this.rows === undefined) {
      this.begin(row)
      return undefined
    }
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
    const newDocument = this.startsDocument(fields)
    const ended = this.startsSentence(fields) || newDocument ? rows.take() : undefined
    if (newDocument) rows.nextDocument()
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
    return this.rows?.take()
  }

  private startsSentence(fields: readonly string[]): boolean {
    const { layout } = this
    const id = layout && layout.sentence >= 0 ? fields[layout.sentence] : ''
    if (id === '' || id === this.sentence) return false
    this.sentence = ` ${id}`.slice(1)
    return true
  }

  private startsDocument(fields: readonly string[]): boolean {
    const { layout } = this
    const id = layout && layout.document >= 0 ? fields[layout.document] : ''
    if (id === '' || id === this.document) return false
    this.document = ` ${id}`.slice(1)
    return true
  }

  private begin(row: CsvRow): void {
    const { options, context } = this
    const layout = findColumns(row.fields, options, `${context.source}:${row.line}`)
    const { headers, sentence, token, tag, document } = layout
    const used = [sentence, token, tag, document]
    this.layout = layout
    this.extra = options.columns === false ? [] : headers.map((_, i) => i).filter(i => !used.includes(i))
    this.rows = new RowCollector(context, {
      extraNames: this.extra.map(i => headers[i]),
      tagRemedy: 'mend the tag, or choose the column with --tag-column',
      boundary:
        'name the column that numbers the sentences with --sentence-column, or put an empty line between them',
    })
  }
}
