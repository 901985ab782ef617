/** The documents of one part. */
import { createReadStream } from 'node:fs'
import { InputError } from '../../../base/errors.js'
import { type Note, option } from '../../../base/fault.js'
import { guessDelimiter } from '../../../corpus/csv/header.js'
import { CsvRows, widthFault } from '../../../corpus/csv/rows.js'
import type { Encoding } from '../../../corpus/decode.js'
import { decodeFile } from '../../../corpus/node/decode-file.js'
import { openBytes } from '../../../corpus/node/open-bytes.js'
import { openParquet } from '../../../corpus/parquet/parquet-rows.js'
import { ReadContext } from '../../../corpus/read-context.js'
import { splitLines, wholeLines, withoutByteOrderMark, withoutReturn } from '../../../corpus/split-lines.js'
import { byteLines } from '../../pipe/byte-lines.js'
import {
  LONGEST_RECORD,
  parseRecord,
  type RecordFields,
  type TextRecord,
  textOf,
} from '../../pipe/text-record.js'
import { jsonOf } from './json-of.js'
import type { BulkPart } from './parts.js'

/** A document, and where it is. */
export interface BulkDocument {
  readonly record: TextRecord
  /** From 1; absent where the file is one text. */
  readonly line?: number
  /** From 1, of a table without lines. */
  readonly row?: number
  /** Bytes of the file that have been read with it, nearly. */
  readonly bytes: number
}

export interface DocumentOptions extends Required<RecordFields> {
  /** Whether each line of a text file is a document. */
  readonly lines: boolean
  /** Of text and CSV; default: as `decodeFile` finds it. */
  readonly encoding?: Encoding
  readonly onNote: (note: Note) => void
}

/**
 * The documents of a file in their order. A record that is no document comes with its error.
 *
 * @param size of the file in bytes
 * @throws InputError `bulk/column` for a table without the column of texts; CorpusError for a file that cannot be read
 */
export function readDocuments(
  part: BulkPart,
  size: number,
  options: DocumentOptions,
): AsyncGenerator<BulkDocument> {
  switch (part.form) {
    case 'jsonl':
      return jsonLines(part.input, options)
    case 'text':
      return options.lines ? textLines(part.input, options) : wholeText(part, size, options)
    case 'csv':
      return tableRows(part.input, options)
    case 'parquet':
      return parquetRows(part.input, options)
    default:
      return part.form satisfies never
  }
}

async function* jsonLines(input: string, options: DocumentOptions): AsyncGenerator<BulkDocument> {
  let line = 0
  for await (const bytes of byteLines(createReadStream(input), LONGEST_RECORD)) {
    line++
    yield { record: parseRecord(bytes, options), line, bytes: (bytes?.length ?? LONGEST_RECORD) + 1 }
  }
}

async function* wholeText(
  { input, output }: BulkPart,
  size: number,
  options: DocumentOptions,
): AsyncGenerator<BulkDocument> {
  let text = ''
  for await (const piece of withoutByteOrderMark(decodeFile(input, options))) {
    text += piece
    if (text.length > LONGEST_RECORD) break
  }
  const id = output.replace(/\.(jsonl|parquet)$/, '')
  yield { record: { id: JSON.stringify(id), kept: [], ...textOf(text, 'text') }, bytes: size }
}

async function* textLines(input: string, options: DocumentOptions): AsyncGenerator<BulkDocument> {
  let line = 0
  for await (const block of wholeLines(splitLines(decodeFile(input, options)), input))
    for (const text of block) {
      line++
      const own = textOf(withoutReturn(text), 'text')
      yield { record: { id: String(line), kept: [], ...own }, line, bytes: text.length + 1 }
    }
}

/** Lines of a quoted field: a document may be long. */
const LONGEST_FIELD = 1_000_000

async function* tableRows(input: string, options: DocumentOptions): AsyncGenerator<BulkDocument> {
  const { textField, idField, keep } = options
  const faults: { readonly line: number; readonly error: string }[] = []
  const onFault = ({ where, expected, got }: { where: unknown; expected: unknown; got: unknown }) => {
    const { line = 0 } = where as { readonly line?: number }
    faults.push({ line, error: `expected ${String(expected)}, got ${shortened(got)}` })
  }
  const context = new ReadContext(input, { onFault })
  let rows: CsvRows | undefined
  let headers: readonly string[] | undefined
  let bytes = 0
  const refused = () =>
    faults.splice(0).map(({ line, error }) => ({ record: { id: 'null', kept: [], error }, line, bytes: 0 }))
  for await (const block of wholeLines(splitLines(decodeFile(input, options)), input))
    for (const text of block) {
      bytes += text.length + 1
      rows ??= new CsvRows(delimiterOf(input, text), context, LONGEST_FIELD)
      const row = rows.push(text)
      yield* refused()
      if (row === undefined) continue
      const { fields, line } = row
      if (headers === undefined) {
        headers = fields
        checkColumns(input, headers, options)
        continue
      }
      if (fields.length === 1 && fields[0] === '' && headers.length > 1) continue
      const own = { line, bytes }
      bytes = 0
      if (fields.length !== headers.length) {
        const { expected } = widthFault(fields, headers.length)
        const error = `expected ${String(expected)}, got ${fields.length}`
        yield { record: { id: 'null', kept: [], error }, ...own }
        continue
      }
      const at = (name: string) => fields[(headers ?? []).indexOf(name)]
      const kept = keep.map(name => [name, JSON.stringify(at(name))] as const)
      const id = headers.includes(idField) ? JSON.stringify(at(idField)) : 'null'
      yield { record: { id, kept, ...textOf(at(textField), textField) }, ...own }
    }
  rows?.finish()
  yield* refused()
}

/** What was found in a file stays out of messages. */
function shortened(got: unknown): string {
  return typeof got === 'string' && got === 'none' ? 'none' : 'something else'
}

function delimiterOf(input: string, header: string): string {
  return /\.tsv$/i.test(input) ? '\t' : guessDelimiter(withoutReturn(header))
}

async function* parquetRows(input: string, options: DocumentOptions): AsyncGenerator<BulkDocument> {
  const { textField, idField, keep } = options
  const opened = await openBytes(input)
  if (opened === undefined)
    throw new InputError('bulk/part', { where: input, expected: 'a file to read', got: 'none' })
  try {
    const file = await openParquet(opened.source, new ReadContext(input))
    checkColumns(input, file.columns, options)
    const wanted = [...new Set([textField, idField, ...keep])].filter(name => file.columns.includes(name))
    const bytes = opened.source.size / Math.max(1, file.count)
    let row = 0
    for await (const values of file.read(wanted)) {
      row++
      const kept = keep.map(name => [name, jsonOf(values[name])] as const)
      const text = textOf(values[textField] ?? null, textField)
      yield { record: { id: jsonOf(values[idField]), kept, ...text }, row, bytes }
    }
  } finally {
    await opened.close()
  }
}

/** A column of ids that has its usual name may be missing. */
function checkColumns(
  input: string,
  columns: readonly string[],
  { textField, idField, keep }: DocumentOptions,
): void {
  const needed = [
    ['textField', textField],
    ...(idField === 'id' ? [] : [['idField', idField]]),
    ...keep.map(name => ['keep', name]),
  ]
  const twice = [textField, idField, ...keep].find(
    name => columns.indexOf(name) !== columns.lastIndexOf(name),
  )
  if (twice !== undefined)
    throw new InputError('bulk/column', {
      where: { file: input },
      expected: `one column ${JSON.stringify(twice)}`,
      got: 'several of that name',
      remedy: 'give them different names',
    })
  const missing = needed.find(([, name]) => !columns.includes(name))
  if (missing === undefined) return
  throw new InputError('bulk/column', {
    where: { file: input },
    expected: `a column ${JSON.stringify(missing[1])}`,
    got: `the columns ${columns
      .map(name => JSON.stringify(name))
      .join(', ')
      .slice(0, 200)}`,
    remedy: [`name it with `, option(missing[0])],
  })
}
