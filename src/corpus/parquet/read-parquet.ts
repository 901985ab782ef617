import { decompress } from 'fzstd'
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { isInputError } from '../../base/errors.js'
import type { ByteSource } from '../byte-form.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { featureNames } from '../table/features.js'
import { RowReader } from '../table/row-reader.js'
import { checkPages, MOST_IN_PAGE } from './check-pages.js'

/** The most bytes of a row group when unpacked: it is in memory as a whole. */
const MOST_IN_GROUP = 2 ** 28

/** Reads a Parquet file, one row group at a time. Each row is a sentence. */
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
  let rowStart = 0
  for (const [i, group] of metadata.row_groups.entries()) {
    checkGroup(group, i, source, context)
    const rowEnd = rowStart + Number(group.num_rows)
    await attempt(context, async () => {
      for (const { meta_data } of group.columns) if (meta_data) checkPages(await chunkOf(meta_data, source))
    })
    const found = await attempt(context, () =>
      parquetReadObjects({ file, metadata, compressors: bounded, rowStart, rowEnd }),
    )
    for (const row of found) {
      const sentence = rows.read(row)
      if (sentence) yield sentence
    }
    rowStart = rowEnd
  }
  rows.addNotes()
}

type Chunk = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>

/** The part of the file that a column of a row group is in. */
function chunkOf(chunk: Chunk, source: ByteSource): Promise<Uint8Array> {
  const { dictionary_page_offset, data_page_offset, total_compressed_size } = chunk
  const start = Number(dictionary_page_offset || data_page_offset)
  return source.read(start, start + Number(total_compressed_size))
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}

/** @throws CorpusError for a group that would not fit into memory, or that the file does not hold */
function checkGroup(
  group: FileMetaData['row_groups'][number],
  index: number,
  source: ByteSource,
  context: ReadContext,
): void {
  let bytes = 0
  for (const { meta_data } of group.columns) {
    if (meta_data === undefined) throw fault(context, 'one without a description of a column')
    const { total_uncompressed_size, total_compressed_size, num_values } = meta_data
    bytes += Number(total_uncompressed_size)
    if (
      Number(total_compressed_size) > source.size ||
      Number(num_values) > 8 * Number(total_uncompressed_size) + 8 * MOST_IN_PAGE
    )
      throw fault(context, 'one whose columns are larger than it')
  }
  if (bytes <= MOST_IN_GROUP) return
  throw new CorpusError('corpus/format', {
    code: 'large-group',
    where: { file: context.source, field: `row group ${index + 1}` },
    expected: `row groups of at most ${MOST_IN_GROUP} bytes when unpacked, since one is in memory at a time`,
    got: `${bytes} bytes`,
    remedy: 'write the file with smaller row groups: row_group_size=10000 in pyarrow and pandas',
  })
}

/** Decompressors that make no more than a page declares, which is not too much. */
const bounded = Object.fromEntries(
  Object.entries({
    ...compressors,
    // The library's own makes as much as the compressed data say.
    ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)),
  }).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > MOST_IN_PAGE) throw new RangeError('a page that is too large')
      return unpack(input, length)
    },
  ]),
)

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
