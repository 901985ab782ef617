/**
 * CSV (RFC 4180) over lines: quoted fields may contain separators, doubled quotes and line ends. docs/dependencies.md
 * says why this is not a package; the tests compare it with csv-parse.
 */
import type { ReadContext, RowFault } from '../read-context.js'
import { withoutReturn } from '../split-lines.js'

export interface CsvRow {
  readonly fields: readonly string[]
  /** Line the row begins on. */
  readonly line: number
}

/** A quoted field of more lines is one whose closing quote is missing. */
const LONGEST_FIELD = 1000

/** Takes lines one by one, with the CR of a CR LF, and returns rows when they are complete. */
export class CsvRows {
  private open: { fields: string[]; field: string; line: number; lines: number } | undefined
  private line = 0

  constructor(
    private readonly delimiter: string,
    private readonly context: ReadContext,
    /** Lines that a quoted field may have. */
    private readonly longestField = LONGEST_FIELD,
  ) {}

  /** @returns the row that ends on this line, or `undefined` if a quoted field continues or the row is faulty */
  push(text: string): CsvRow | undefined {
    this.line++
    if (this.open) return this.carryOn(text)
    if (text.indexOf('"') < 0) return { fields: withoutReturn(text).split(this.delimiter), line: this.line }
    return this.parse(text, 0, [], this.line)
  }

  /** Reports a quoted field that is still open at the end of the file. */
  finish(): void {
    if (this.open) this.unclosed(this.open.line)
  }

  private parse(text: string, from: number, fields: string[], line: number): CsvRow | undefined {
    let at = from
    for (;;) {
      if (text[at] !== '"') {
        const end = text.indexOf(this.delimiter, at)
        fields.push(end < 0 ? withoutReturn(text.slice(at)) : text.slice(at, end))
        if (end < 0) return { fields, line }
        at = end + 1
        continue
      }
      const closing = closingQuote(text, at + 1)
      if (closing < 0) {
        this.open = { fields, field: `${undoubled(text.slice(at + 1))}\n`, line, lines: 1 }
        return undefined
      }
      const next = this.afterQuote(text, closing, undoubled(text.slice(at + 1, closing)), fields, line)
      if (typeof next !== 'number') return next
      at = next
    }
  }

  private carryOn(text: string): CsvRow | undefined {
    const open = this.open
    if (!open) return undefined
    const closing = closingQuote(text, 0)
    if (closing < 0) {
      open.field += `${undoubled(text)}\n`
      if (++open.lines > this.longestField) {
        this.unclosed(open.line)
        this.open = undefined
      }
      return undefined
    }
    this.open = undefined
    const { fields, line } = open
    const next = this.afterQuote(text, closing, open.field + undoubled(text.slice(0, closing)), fields, line)
    return typeof next === 'number' ? this.parse(text, next, fields, line) : next
  }

  /** What follows a closing quote: the next field's start, the whole row, or a fault. */
  private afterQuote(
    text: string,
    closing: number,
    field: string,
    fields: string[],
    line: number,
  ): number | CsvRow | undefined {
    fields.push(field)
    const rest = text.length - closing - 1
    if (rest === 0 || (rest === 1 && text.endsWith('\r'))) return { fields, line }
    if (text[closing + 1] === this.delimiter) return closing + 2
    this.context.fault(this.line, {
      code: 'after-quote',
      expected: `${JSON.stringify(this.delimiter)} or the end of the line after a closing quote`,
      got: JSON.stringify(text.slice(closing, closing + 12)),
      remedy: 'double the quotes inside a quoted field',
    })
    return undefined
  }

  private unclosed(line: number): void {
    this.context.fault(line, {
      code: 'open-quote',
      expected: `a closing quote within ${this.longestField} lines`,
      got: 'none',
      remedy: 'close the quoted field, or double a plain quote',
    })
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at
  return -1
}

function undoubled(text: string): string {
  return text.indexOf('"') < 0 ? text : text.replaceAll('""', '"')
}

/** What is wrong with a row that has not as many fields as the header. */
export function widthFault(fields: readonly string[], headers: number): RowFault {
  return {
    code: 'column-count',
    expected: `${headers} columns, as in the header`,
    got: `${fields.length} in ${JSON.stringify(fields.join(' ').slice(0, 40))}`,
    remedy:
      fields.length < headers
        ? 'add the missing columns'
        : 'put quotes around a field that contains the separator',
  }
}
