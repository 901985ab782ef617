import type { parquetHeader } from 'hyparquet/src/column.js'

/** The most bytes of a page when unpacked. Writers make pages of a megabyte. */
export const MOST_IN_PAGE = 2 ** 26
/** The most values of a page: a few bytes can stand for billions of equal ones. */
const MOST_VALUES = 2 ** 24

/**
 * Checks what a page declares, before memory is made for it.
 * @param rest bytes of its column that follow the header
 * @throws Error
 */
export function checkPage(header: ReturnType<typeof parquetHeader>, rest: number): void {
  const { uncompressed_page_size: unpacked, compressed_page_size: packed } = header
  if (!(packed >= 0 && packed <= rest)) throw new Error('a page that is cut off')
  if (!(unpacked >= 0 && unpacked <= MOST_IN_PAGE))
    throw new Error(`a page of ${unpacked} bytes when unpacked`)
  for (const part of [header.data_page_header, header.data_page_header_v2, header.dictionary_page_header])
    if (part !== undefined && !(part.num_values >= 0 && part.num_values <= MOST_VALUES))
      throw new Error(`a page of ${part.num_values} values`)
  const parts = header.data_page_header_v2
  if (parts === undefined) return
  const { num_values, num_nulls, num_rows, definition_levels_byte_length, repetition_levels_byte_length } =
    parts
  const levels = [definition_levels_byte_length, repetition_levels_byte_length]
  if (![num_nulls, num_rows].every(count => count >= 0 && count <= num_values))
    throw new Error(`a page of ${num_values} values with ${num_nulls} missing ones in ${num_rows} rows`)
  if (!levels.every(length => length >= 0) || levels[0] + levels[1] > Math.min(packed, unpacked))
    throw new Error('a page with levels that are larger than it')
}
