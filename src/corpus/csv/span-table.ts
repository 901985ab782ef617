import { plural } from '../../base/plural.js'
import { parseRecord, type TextRecord } from '../jsonl/record.js'
import { RecordReader } from '../jsonl/record-reader.js'
import { type ReadContext, RowError, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { parseLiteral } from './literal.js'
import { type CsvRow, widthFault } from './rows.js'
import { type SpanColumns, spansIn } from './span-columns.js'

/** Texts that are remembered, so that their rows cannot be apart. */
const REMEMBERED = 1_000_000

/** A text whose rows are still coming. */
interface OpenText {
  readonly key: string
  readonly text: string
  readonly line: number
  readonly spans: Record<string, unknown>[]
  /** Those of its first row. */
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

/**
 * Reads a table of texts and the ranges of their entities: a list of them in each row, or a row for each, beside each other.
 */
export class SpanTable {
  private readonly reader: RecordReader
  /** Columns that are not read, by index. */
  private readonly others: readonly number[]
  private open: OpenText | undefined
  private readonly known = new Set<string>()
  /** Texts with nothing in place of a list. */
  private empty = 0

  constructor(
    private readonly headers: readonly string[],
    private readonly columns: SpanColumns,
    private readonly options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.reader = new RecordReader(options, context)
    const used: number[] = Object.values(columns).filter(value => typeof value === 'number')
    const id = columns.kind === 'rows' ? columns.id : -1
    const names = headers.map((_, i) => i).filter(i => headers[i] !== '')
    const unread = names.filter(i => !used.includes(i)).map(i => headers[i])
    this.others = names.filter(i => i === id || !used.includes(i))
    if (unread.length > 0 && options.fields !== true)
      context.note(
        'unread-columns',
        `columns that are not read: ${unread.map(header => JSON.stringify(header)).join(', ')}`,
      )
  }

  /** @returns the text that ends before this row, or with it */
  add(row: CsvRow): Sentence | undefined {
    const { fields, line } = row
    if (fields.every(field => field === '')) return undefined
    if (fields.length !== this.headers.length) {
      this.context.fault(line, widthFault(fields, this.headers.length))
      return undefined
    }
    const { columns } = this
    if (columns.kind === 'rows') return this.addSpan(columns, row)
    const text = fields[columns.text]
    return this.context.attempt(line, () => {
      const list = fields[columns.spans].trim()
      if (list === '') this.empty++
      const spans = this.isLabeled && list !== '' ? spansIn(parseLiteral(list), text) : []
      return this.sentence({ text, spans, line, fields: this.fieldsOf(fields) })
    })
  }

  finish(): Sentence | undefined {
    const last = this.end()
    this.reader.addNotes()
    if (this.empty > 0 && this.isLabeled)
      this.context.note(
        'empty-lists',
        `${this.empty} ${plural(this.empty, 'text')} with nothing in place of a list of entities: read as without entities`,
      )
    return last
  }

  private get isLabeled(): boolean {
    return this.options.tagColumn !== 'none'
  }

  private addSpan(columns: SpanColumns & { kind: 'rows' }, { fields, line }: CsvRow): Sentence | undefined {
    const at = (column: number) => (column < 0 ? '' : fields[column])
    const text = at(columns.text)
    const key = columns.id < 0 ? text : at(columns.id)
    // An empty text, or an empty number, is that of the row before.
    const continues =
      this.open && (key === this.open.key || key === '') && (text === '' || text === this.open.text)
    const ended = continues ? undefined : this.end()
    if (!continues) {
      if (this.known.has(key)) {
        this.context.fault(line, {
          code: 'scattered-rows',
          expected: 'all rows of a text beside each other',
          got: `more rows of ${JSON.stringify(key.slice(0, 40))} after others`,
          remedy: 'sort the rows by text, or give equal texts different numbers in a column called id',
        })
        return ended
      }
      if (this.known.size < REMEMBERED) this.known.add(` ${key}`.slice(1))
      this.open = { key, text, line, spans: [], fields: this.fieldsOf(fields) }
    }
    const span = this.context.attempt(line, () => this.spanOf(columns, at))
    if (span) this.open?.spans.push(span)
    return ended
  }

  private spanOf(columns: SpanColumns & { kind: 'rows' }, at: (column: number) => string) {
    const [start, end, type, mention] = [columns.start, columns.end, columns.type, columns.mention].map(at)
    // A row without a range is a text without entities.
    if (start.trim() === '' && end.trim() === '') return undefined
    if (!/^\d+(\.0)?$/.test(start.trim()) || !/^\d+(\.0)?$/.test(end.trim()))
      return refuse('bad-entity', 'a start and an end as whole numbers', `${start} and ${end}`)
    const name = type.trim()
    const isMention = columns.mention < 0 && name === this.open?.text.slice(Number(start), Number(end))
    if (name === 'O' || isMention)
      return refuse(
        'bad-type',
        'a type of entity',
        `${JSON.stringify(name)}, which is ${isMention ? 'the text of the range' : 'a tag of no entity'}`,
        'call the column of types "label"',
      )
    return {
      start: Number(start),
      end: Number(end),
      type: name,
      ...(mention !== '' && { text: mention }),
    }
  }

  private end(): Sentence | undefined {
    const { open } = this
    this.open = undefined
    if (!open) return undefined
    const spans = this.isLabeled ? withoutRepeats(open.spans) : []
    return this.context.attempt(open.line, () => this.sentence({ ...open, spans }))
  }

  private fieldsOf(fields: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (this.options.fields !== true || this.others.length === 0) return undefined
    return Object.fromEntries(this.others.map(i => [this.headers[i], fields[i]]))
  }

  private sentence({ text, spans: entities, line, fields }: Omit<OpenText, 'key'>): Sentence | undefined {
    const record = parseRecord({ text, ...(this.isLabeled && { entities }) })
    if (record.kind !== 'text') throw new RowError({ code: 'bad-record', expected: 'a text', got: 'tokens' })
    // Tables of ranges are written by Python programs, whose offsets count code points.
    const python: TextRecord = { ...record, isPython: true, ...(fields && { fields }) }
    return this.reader.read(python, line)
  }
}

function withoutRepeats(spans: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const known = new Map(spans.map(span => [JSON.stringify(span), span]))
  return [...known.values()]
}
