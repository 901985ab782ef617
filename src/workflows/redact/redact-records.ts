/** The texts in a file that is to be redacted, and how the file is written with other ones. Nothing here quotes a text. */
import { InputError } from '../../base/errors.js'
import { option, say } from '../../base/fault.js'

export const REDACT_FORMATS = ['text', 'lines', 'jsonl', 'csv', 'tsv'] as const
export type RedactFormat = (typeof REDACT_FORMATS)[number]

const MARK = '\uFEFF'

/** A part of a file with some texts in it. */
export interface TextRecord {
  readonly texts: readonly string[]
  /** How many other fields or cells it has, which stay as they are; default: none. */
  readonly others?: number
  /** The part with other texts in their places; the rest stays byte for byte. */
  write(texts: readonly string[]): string
}

/** What a file's name says that it is: `lines` for any other. */
export function formatOfFile(file: string): RedactFormat {
  if (/\.(?:txt|text|md)$/i.test(file)) return 'text'
  if (/\.(?:jsonl|ndjson)$/i.test(file)) return 'jsonl'
  return /\.csv$/i.test(file) ? 'csv' : /\.tsv$/i.test(file) ? 'tsv' : 'lines'
}

/**
 * Cuts a file into records.
 * @param fields JSON fields or CSV columns with texts
 * @throws InputError `redact/records` with file and line for what is not in the format
 */
export function recordsOf(
  content: string,
  format: RedactFormat,
  fields: readonly string[],
  file: string,
): TextRecord[] {
  // A byte order mark is no part of the first record.
  if (content.startsWith(MARK) && format !== 'text' && format !== 'lines')
    return [{ texts: [], write: () => MARK }, ...recordsOf(content.slice(1), format, fields, file)]
  switch (format) {
    case 'text':
      return [{ texts: [content], write: ([text]) => text }]
    case 'lines':
      return linesOf(content).map(({ line, end }) => ({ texts: [line], write: ([text]) => text + end }))
    case 'jsonl':
      return jsonRecords(content, fields, file)
    case 'csv':
    case 'tsv':
      return csvRecords(content, format === 'csv' ? ',' : '\t', fields, file)
    default:
      return format satisfies never
  }
}

function linesOf(content: string): { readonly line: string; readonly end: string }[] {
  return [...content.matchAll(/([^\n]*?)(\r?\n|$)/g)].flatMap(([whole, line, end]) =>
    whole === '' ? [] : [{ line, end }],
  )
}

interface LinePlace {
  readonly file: string
  readonly line: number
}

function jsonRecords(content: string, fields: readonly string[], file: string): TextRecord[] {
  const seen = new Set<string>()
  const records = linesOf(content).map(({ line, end }, i) =>
    jsonRecord(line, end, fields, { file, line: i + 1 }, seen),
  )
  // A record may lack a field. A field that all records lack is a wrong name, and its text would stay as it is.
  const missing = fields.find(field => !seen.has(field))
  if (missing === undefined || records.length === 0) return records
  throw new InputError('redact/records', {
    where: file,
    expected: `the field ${missing} in at least one record`,
    got: 'none that has it',
    remedy: say`name the fields with texts with ${option('fields')}`,
  })
}

/** @param seen fields that the record has are added */
function jsonRecord(
  line: string,
  end: string,
  fields: readonly string[],
  where: LinePlace,
  seen: Set<string>,
): TextRecord {
  if (line.trim() === '') return { texts: [], write: () => line + end }
  const refuse = (expected: string, got: string) => new InputError('redact/records', { where, expected, got })
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    throw refuse('a JSON object', 'a line that is no JSON')
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw refuse('a JSON object', 'other JSON')
  const found = topLevelStrings(line)
  for (const field of fields) {
    if (Object.hasOwn(record, field)) seen.add(field)
    if (Object.hasOwn(record, field) && !found.some(({ key }) => key === field)) {
      const value = (record as Readonly<Record<string, unknown>>)[field]
      if (value !== null)
        throw refuse(`a text in the field ${field}`, Array.isArray(value) ? 'a list' : typeof value)
    }
  }
  const own = found.filter(({ key }) => fields.includes(key))
  const others = Object.keys(record).filter(key => !fields.includes(key)).length
  return {
    others,
    ...replaced(line + end, own, {
      read: raw => JSON.parse(raw) as string,
      write: text => JSON.stringify(text),
    }),
  }
}

interface RawPart {
  readonly start: number
  readonly end: number
}

/** A record whose texts are parts of its raw form. */
function replaced(
  raw: string,
  parts: readonly RawPart[],
  {
    read,
    write,
  }: { readonly read: (raw: string) => string; readonly write: (text: string, raw: string) => string },
): TextRecord {
  return {
    texts: parts.map(({ start, end }) => read(raw.slice(start, end))),
    write: texts => {
      let at = 0
      let written = ''
      parts.forEach(({ start, end }, i) => {
        const own = raw.slice(start, end)
        written += raw.slice(at, start) + (texts[i] === read(own) ? own : write(texts[i], own))
        at = end
      })
      return written + raw.slice(at)
    },
  }
}

/** The strings that are values of an object's own fields. @param json valid JSON of one object */
function topLevelStrings(json: string): (RawPart & { readonly key: string })[] {
  const found: (RawPart & { readonly key: string })[] = []
  let depth = 0
  let key: string | undefined
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    else if (character === ',' && depth === 1) key = undefined
    else if (character === '"') {
      let end = at + 1
      while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1
      end++
      if (depth === 1) {
        if (key === undefined) key = JSON.parse(json.slice(at, end)) as string
        else found.push({ key, start: at, end })
      }
      at = end - 1
    }
  }
  return found
}

/** RFC 4180: the first record names the columns. */
function csvRecords(
  content: string,
  separator: string,
  columns: readonly string[],
  file: string,
): TextRecord[] {
  const rows = csvRows(content, separator, file)
  if (rows.length === 0) return []
  const [header] = rows
  const names = header.cells.map(({ start, end }) => unquoted(header.raw.slice(start, end)))
  const places = columns.flatMap(column => {
    const own = names.flatMap((name, at) => (name === column ? [at] : []))
    if (own.length > 0) return own
    throw new InputError('redact/records', {
      where: { file, line: 1 },
      expected: say`a column for each name in ${option('fields')}`,
      got: `none of the name ${column}`,
      remedy: 'the first line must name the columns',
    })
  })
  const quote = (text: string, raw: string) =>
    raw.startsWith('"') || text.includes(separator) || /["\r\n]/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text
  return rows.map(({ raw, cells, line }, i) => {
    if (i === 0 || (cells.length === 1 && raw.trim() === '')) return { texts: [], write: () => raw }
    if (cells.length !== names.length)
      throw new InputError('redact/records', {
        where: { file, line },
        expected: `${names.length} cells, as in the first line`,
        got: String(cells.length),
      })
    const own = [...new Set(places)].sort((a, b) => a - b).map(place => cells[place])
    return { others: cells.length - own.length, ...replaced(raw, own, { read: unquoted, write: quote }) }
  })
}

function unquoted(raw: string): string {
  return raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw
}

interface CsvRow {
  readonly raw: string
  readonly cells: readonly RawPart[]
  readonly line: number
}

function csvRows(content: string, separator: string, file: string): CsvRow[] {
  const rows: CsvRow[] = []
  let [at, line] = [0, 1]
  while (at < content.length) {
    const from = at
    const first = line
    const cells: RawPart[] = []
    for (;;) {
      const start = at
      if (content[at] === '"') {
        const end = closingQuote(content, at)
        if (end < 0)
          throw new InputError('redact/records', {
            where: { file, line },
            expected: 'a quote that ends the cell',
            got: 'the end of the file',
          })
        line += content.slice(at, end).split('\n').length - 1
        at = end + 1
      } else
        while (
          at < content.length &&
          content[at] !== separator &&
          content[at] !== '\n' &&
          content[at] !== '\r'
        )
          at++
      cells.push({ start: start - from, end: at - from })
      if (content[at] !== separator) break
      at++
    }
    if (content[at] === '\r') at++
    if (content[at] === '\n') at++
    else if (at < content.length && content[at - 1] !== '\r')
      throw new InputError('redact/records', {
        where: { file, line },
        expected: 'a separator or the end of the line after a quoted cell',
        got: 'more of it',
      })
    line++
    rows.push({ raw: content.slice(from, at), cells, line: first })
  }
  return rows
}

function closingQuote(content: string, from: number): number {
  for (let at = content.indexOf('"', from + 1); at >= 0; at = content.indexOf('"', at + 2))
    if (content[at + 1] !== '"') return at
  return -1
}
