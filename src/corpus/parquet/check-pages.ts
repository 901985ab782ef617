import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'

/** The most bytes of a page when unpacked. Writers make pages of a megabyte. */
export const MOST_IN_PAGE = 2 ** 26
/** The most values in a column of a row group: a few bytes can stand for billions of equal ones. */
const MOST_VALUES = 2 ** 26

/** Field numbers of `PageHeader` and its parts in Parquet's Thrift definition. */
interface PageHeader {
  readonly field_2?: unknown
  readonly field_3?: unknown
  readonly field_5?: { readonly field_1?: unknown }
  readonly field_7?: { readonly field_1?: unknown }
  readonly field_8?: { readonly field_1?: unknown }
}

/**
 * Checks what the pages of a column declare, before memory is made for it.
 * @param bytes the column's part of the file
 * @throws RangeError
 */
export function checkPages(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const reader = { view, offset: 0 }
  let values = 0
  while (reader.offset < bytes.length - 1) {
    const header = deserializeTCompactProtocol(reader) as PageHeader
    const [unpacked, packed] = [Number(header.field_2), Number(header.field_3)]
    if (!(packed >= 0 && reader.offset + packed <= bytes.length))
      throw new RangeError('a page that is cut off')
    if (!(unpacked >= 0 && unpacked <= MOST_IN_PAGE))
      throw new RangeError(`a page of ${unpacked} bytes when unpacked`)
    for (const part of [header.field_5, header.field_7, header.field_8])
      if (part !== undefined) values += Number(part.field_1)
    if (!(values >= 0 && values <= MOST_VALUES)) throw new RangeError(`a column of ${values} values`)
    reader.offset += packed
  }
}
