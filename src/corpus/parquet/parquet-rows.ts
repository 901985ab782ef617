import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { isInputError } from '../../base/errors.js'
import type { ByteSource } from '../byte-form.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import { groupRows } from './group-rows.js'

/** A Parquet file whose rows can be read. */
export interface ParquetRows {
  /** The names of its columns. */
  readonly columns: readonly string[]
  /** How many rows it has, as it says. */
  readonly count: number
  /** What the program that wrote it said about the file. */
  readonly said: (key: string) => string | undefined
  /** Its rows, page by page. @param only the names of the columns that are read; default: all */
  readonly read: (only?: readonly string[]) => AsyncGenerator<Readonly<Record<string, unknown>>>
}

/** Opens a Parquet file. @throws CorpusError `corpus/format` for one that is damaged, also while its rows are read */
export async function openParquet(source: ByteSource, context: ReadContext): Promise<ParquetRows> {
  const file = {
    byteLength: source.size,
    slice: async (start: number, end: number = source.size) => bufferOf(await source.read(start, end)),
  }
  const metadata = await attempt(context, () => parquetMetadataAsync(file))
  const columns = await attempt(context, async () =>
    parquetSchema(metadata).children.map(({ element }) => element.name),
  )
  async function* read(only?: readonly string[]): AsyncGenerator<Readonly<Record<string, unknown>>> {
    for (const group of metadata.row_groups) {
      const reading = groupRows(group, metadata, source, only)
      for (;;) {
        const { done, value } = await attempt(context, () => reading.next())
        if (done) break
        yield* value
      }
    }
  }
  return {
    columns,
    count: Number(metadata.num_rows),
    said: name => metadata.key_value_metadata?.find(({ key }) => key === name)?.value,
    read,
  }
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
