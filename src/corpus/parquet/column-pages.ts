import { type FileMetaData, parquetSchema } from 'hyparquet'
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js'
import type { ByteSource } from '../byte-form.js'
import { checkPage } from './check-page.js'
import { isSliced, pageSlices } from './page-slices.js'
import { checkRuns, unpackPage } from './unpack-page.js'

export type RowGroup = FileMetaData['row_groups'][number]
type Decoder = Parameters<typeof readPage>[2]
type Values = NonNullable<Parameters<typeof readPage>[3]>

/** So many bytes of a column are read at once, if its pages are not larger. */
const BLOCK = 2 ** 18
/** A page's header holds two values of its column, and is no larger. */
const MOST_IN_HEADER = 2 ** 22
/** The most bytes of pages, unpacked, that one row may go on in. */
const MOST_IN_ROW = 2 ** 27

/**
 * The values of one column of a row group, decoded page by page: in memory are its dictionary and the rows that have not
 * been taken yet. The library decodes a page; which pages, and when, is decided here.
 */
export class ColumnPages {
  private readonly decoder: Decoder
  private readonly codec: string
  /** The highest repetition and definition level. */
  private readonly levels: readonly [number, number]
  private dictionary: Values | undefined
  /** Decoded rows. The last one of a nested column may go on in the next page. */
  private readonly rows: unknown[] = []
  /** The rest of a page that is decoded in parts. */
  private slices: Generator<void> | undefined
  private offset: number
  private readonly end: number
  private block: Uint8Array = new Uint8Array()
  private blockStart = 0
  /** Bytes of the pages since one that completed a row. */
  private inRow = 0

  /** @throws RangeError for a part outside of the file */
  constructor(
    chunk: NonNullable<RowGroup['columns'][number]['meta_data']>,
    metadata: FileMetaData,
    private readonly source: ByteSource,
  ) {
    const { dictionary_page_offset, data_page_offset, total_compressed_size } = chunk
    const schemaPath = getTreePath(parquetSchema(metadata), chunk.path_in_schema)
    this.levels = [getMaxRepetitionLevel(schemaPath), getMaxDefinitionLevel(schemaPath)]
    this.codec = chunk.codec
    this.decoder = {
      ...chunk,
      pathInSchema: chunk.path_in_schema,
      element: schemaPath[schemaPath.length - 1].element,
      schemaPath,
      // Pages are unpacked here.
      codec: 'UNCOMPRESSED',
      parsers: DEFAULT_PARSERS,
    }
    this.offset = Number(dictionary_page_offset || data_page_offset)
    this.end = this.offset + Number(total_compressed_size)
    if (!(this.offset >= 0 && this.end <= source.size)) throw new RangeError('a column that is cut off')
  }

  /** Its place in the schema, as the library spells it. */
  get path(): string {
    return this.decoder.pathInSchema.join('.')
  }

  /** Reads on until at least one row is complete. @returns how many are; 0 at the end */
  async ready(): Promise<number> {
    while (this.complete === 0 && this.hasMore) await this.readNext()
    return this.complete
  }

  /** The first of the complete rows, which are then forgotten here. */
  take(count: number): unknown[] {
    return this.rows.splice(0, count)
  }

  private get hasMore(): boolean {
    return this.slices !== undefined || this.offset < this.end
  }

  private get complete(): number {
    const { length } = this.rows
    return this.levels[0] > 0 && this.hasMore ? Math.max(0, length - 1) : length
  }

  private async readNext(): Promise<void> {
    if (this.slices) {
      if (this.slices.next().done) this.slices = undefined
      return
    }
    const packed = await this.nextHeader()
    const bytes = await this.bytes(this.offset, packed.compressed_page_size)
    this.offset += packed.compressed_page_size
    const { page, header } = unpackPage(bytes, packed, this.codec)
    checkRuns(page, header, this.levels, this.decoder.type === 'BOOLEAN')
    const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 }
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(reader, header, this.decoder, undefined, undefined, 0)
      this.dictionary = data && convert(data, this.decoder)
      return
    }
    const values = (header.data_page_header ?? header.data_page_header_v2)?.num_values
    if (values === 0) return
    if (this.dictionary && isSliced(header)) {
      this.slices = pageSlices(page, header, this.decoder, this.levels, this.dictionary, this.rows)
      return
    }
    const before = this.rows.length
    const { data } = readPage(reader, header, this.decoder, this.dictionary, this.rows, 0)
    // The library puts rows with levels where the rows before are, and returns others by themselves.
    if (data !== undefined && data !== this.rows) for (const value of data) this.rows.push(value)
    this.inRow = this.rows.length > before ? 0 : this.inRow + header.uncompressed_page_size
    if (this.inRow > MOST_IN_ROW) throw new RangeError(`a row of more than ${MOST_IN_ROW} bytes`)
  }

  /** The header at `offset`, which is then behind it. */
  private async nextHeader(): Promise<ReturnType<typeof parquetHeader>> {
    for (
      let size = Math.min(2 ** 12, this.end - this.offset);
      ;
      size = Math.min(4 * size, this.end - this.offset)
    ) {
      const bytes = await this.bytes(this.offset, size)
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
      try {
        const header = parquetHeader(reader)
        this.offset += reader.offset
        checkPage(header, this.end - this.offset)
        return header
      } catch (error) {
        // The header may be longer than what was read of it.
        if (reader.offset < size - 8 && !(error instanceof RangeError)) throw error
        if (size >= MOST_IN_HEADER || this.offset + size >= this.end) throw error
      }
    }
  }

  /** A part of the column. Neighboring ones come from the same block. */
  private async bytes(start: number, length: number): Promise<Uint8Array> {
    const isInBlock = start >= this.blockStart && start + length <= this.blockStart + this.block.length
    if (!isInBlock) {
      this.block = await this.source.read(start, Math.min(this.end, start + Math.max(length, BLOCK)))
      this.blockStart = start
    }
    return this.block.subarray(start - this.blockStart, start - this.blockStart + length)
  }
}
