import type { parquetHeader } from 'hyparquet/src/column.js'
import { pageCompressors } from './page-compressors.js'

type Header = ReturnType<typeof parquetHeader>

/** A page without compression, and a header that says so. @throws Error for what cannot be unpacked */
export function unpackPage(
  bytes: Uint8Array,
  header: Header,
  codec: string,
): { readonly page: Uint8Array; readonly header: Header } {
  const { uncompressed_page_size: size, data_page_header_v2: second } = header
  const isPacked = codec !== 'UNCOMPRESSED' && (second === undefined || second.is_compressed !== false)
  if (!isPacked) return { page: bytes, header }
  const unpack = pageCompressors[codec]
  if (unpack === undefined) throw new Error(`the compression ${codec}, which is not known`)
  // The second version leaves the levels before the values as they are.
  const levels = second ? second.repetition_levels_byte_length + second.definition_levels_byte_length : 0
  const page = new Uint8Array(size)
  page.set(bytes.subarray(0, levels))
  const values = unpack(bytes.subarray(levels), size - levels)
  if (values.length !== size - levels) throw new Error('a page of another size than it says')
  page.set(values, levels)
  return {
    page,
    header: {
      ...header,
      compressed_page_size: size,
      ...(second && { data_page_header_v2: { ...second, is_compressed: false } }),
    },
  }
}

/**
 * Checks the runs of levels and of numbers of a dictionary in a page: a run of a few bytes can declare billions of values, and
 * the library makes them all. Source: "Run Length Encoding / Bit-Packing Hybrid" in Encodings.md of the Parquet format.
 * @param levels the highest repetition and definition level
 * @throws Error for more values than the page has
 */
export function checkRuns(
  page: Uint8Array,
  { data_page_header: first, data_page_header_v2: second }: Header,
  levels: readonly [repetition: number, definition: number],
  isBoolean: boolean,
): void {
  const part = first ?? second
  if (part === undefined) return
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const lengths = second && [second.repetition_levels_byte_length, second.definition_levels_byte_length]
  let at = 0
  for (const [i, level] of levels.entries()) {
    if (level === 0 && lengths === undefined) continue
    const length = lengths ? lengths[i] : view.getUint32(at, true)
    if (lengths === undefined) at += 4
    if (level > 0) checkStream(view, at, 32 - Math.clz32(level), part.num_values)
    at += length
  }
  if (isBoolean && part.encoding === 'RLE') checkStream(view, at + 4, 1, part.num_values)
  if (!part.encoding.endsWith('_DICTIONARY') || part.num_values === 0 || at >= page.length) return
  const width = view.getUint8(at)
  if (width > 32) throw new Error(`numbers of ${width} bits`)
  // Missing values have no number, so there may be fewer.
  if (width > 0) checkStream(view, at + 1, width, part.num_values)
}

function checkStream(view: DataView, start: number, width: number, values: number): void {
  let at = start
  let seen = 0
  while (seen < values && at < view.byteLength) {
    let header = 0
    let shift = 0
    let byte: number
    do {
      byte = view.getUint8(at++)
      header += (byte & 0x7f) * 2 ** shift
      shift += 7
    } while (byte & 0x80 && at < view.byteLength)
    const count = Math.floor(header / 2)
    if (header % 2 === 0 ? count > values - seen : count > Math.ceil(values / 8))
      throw new Error(`a run of more than ${values} values`)
    at += header % 2 === 0 ? (width + 7) >> 3 : count * width
    seen += header % 2 === 0 ? count : 8 * count
  }
}
