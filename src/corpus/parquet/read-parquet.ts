import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { isInputError } from '../../base/errors.js'
import type { ByteSource } from '../byte-form.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { featureNames } from '../table/features.js'
import { RowReader } from '../table/row-reader.js'
import { groupRows } from './group-rows.js'

/** Reads a Parquet file page by page. Each row is a sentence. */
export async function* readParquet(
  source: ByteSource,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const file = {
    byteLength: source.size,
    slice: async (start: number, end: number = source.size) => bufferOf(await source.read(start, end)),
  }
  const metadata = await attempt(context, () => parquetMetadataAsync(file))
  const columns = await attempt(context, async () =>
    parquetSchema(metadata).children.map(({ element }) => element.name),
  )
  const said = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  const rows = new RowReader(columns, featureNames(said, context), options, context)
  for (const group of metadata.row_groups) {
    const reading = groupRows(group, metadata, source)
    for (;;) {
      const { done, value } = await attempt(context, () => reading.next())
      if (done) break
      for (const row of value) yield* rows.read(row)
    }
  }
  yield* rows.end()
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}

/** What the library throws for a damaged file becomes one error. */
async function attempt<Result>(context: ReadContext, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (isInputError(error)) throw error
    throw fault(context, `one that cannot be read (${error instanceof Error ? error.message : error})`)
  }
}

function fault(context: ReadContext, got: string): CorpusError {
  return new CorpusError('corpus/format', {
    code: 'bad-parquet',
    where: context.at(),
    expected: 'a Parquet file',
    got,
    remedy: 'copy or write the file again',
  })
}
