import { type Table, tableFromIPC } from '@uwdata/flechette'
import type { ByteSource } from '../byte-form.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { featureNames } from '../table/features.js'
import { RowReader } from '../table/row-reader.js'
import { checkTable } from './check-table.js'
import { arrowMessages, bad } from './messages.js'

/** Marks the end of a stream. */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)

/** Reads an Arrow stream or file, one batch at a time. Each row is a sentence. */
export async function* readArrow(
  source: ByteSource,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  /** The schema, and dictionaries, which every batch needs. */
  const before: Uint8Array[] = []
  let rows: RowReader | undefined
  for await (const { kind, bytes } of arrowMessages(source, context)) {
    if (kind !== 'batch') {
      before.push(bytes)
      continue
    }
    const table = tableOf([...before, bytes, END], context)
    rows ??= rowReader(table, options, context)
    for (let i = 0; i < table.numRows; i++) yield* rows.read(rowAt(table, i, context))
  }
  if (rows) yield* rows.end()
}

function rowReader(table: Table, options: ReadOptions, context: ReadContext): RowReader {
  const { fields, metadata } = table.schema
  const names = featureNames(metadata?.get('huggingface'), context)
  return new RowReader(
    fields.map(({ name }) => name),
    names,
    options,
    context,
  )
}

function tableOf(parts: readonly Uint8Array[], context: ReadContext): Table {
  const stream = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    stream.set(part, at)
    at += part.length
  }
  try {
    const table = tableFromIPC(stream)
    checkTable(table, stream.length)
    return table
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (message.startsWith('Missing compression codec'))
      throw new CorpusError('corpus/format', {
        code: 'compressed-arrow',
        where: context.at(),
        expected: 'an Arrow file without compression',
        got: 'one with compressed batches, as Feather files have',
        remedy: 'write it with compression="uncompressed", or as Parquet',
      })
    throw bad(context, `one that cannot be read (${message})`)
  }
}

function rowAt(table: Table, row: number, context: ReadContext): Record<string, unknown> {
  try {
    return Object.fromEntries(table.schema.fields.map(({ name }, i) => [name, table.getChildAt(i).at(row)]))
  } catch (error) {
    throw bad(context, `one that cannot be read (${error instanceof Error ? error.message : error})`)
  }
}
