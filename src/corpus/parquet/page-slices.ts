import { assembleLists } from 'hyparquet/src/assemble.js'
import type { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'

type Header = ReturnType<typeof parquetHeader>
type Decoder = Parameters<typeof readPage>[2]
type Values = NonNullable<Parameters<typeof readPage>[3]>

/** So many values are put into rows at once. */
const SLICE = 2 ** 15

/** Whether a page is decoded in slices: numbers of a dictionary take so few bytes that a page can have millions. */
export function isSliced({ data_page_header: first, data_page_header_v2: second }: Header): boolean {
  const part = first ?? second
  return part?.encoding.endsWith('_DICTIONARY') === true && part.num_values > SLICE
}

/**
 * Puts the values of a page into rows, some at a time, as the library does with a whole page. Levels and numbers are in typed
 * arrays, which ignore what runs declare beyond the page's values.
 * @param page unpacked
 * @param levels the highest repetition and definition level
 * @param rows where to put them; the first may belong to the last row that is there
 */
export function* pageSlices(
  page: Uint8Array,
  { data_page_header: first, data_page_header_v2: second }: Header,
  { schemaPath }: Decoder,
  levels: readonly [repetition: number, definition: number],
  dictionary: Values,
  rows: unknown[],
): Generator<void> {
  const { num_values: count } = (first ?? second) as NonNullable<Header['data_page_header']>
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 }
  const lengths = second && [second.repetition_levels_byte_length, second.definition_levels_byte_length]
  const [repetitions, definitions] = levels.map((level, i) => {
    if (level === 0) {
      reader.offset += lengths?.[i] ?? 0
      return undefined
    }
    const found = new Uint8Array(count)
    readRleBitPackedHybrid(reader, 32 - Math.clz32(level), found as never, lengths?.[i])
    return found
  })
  const isValue = (i: number) => definitions === undefined || definitions[i] === levels[1]
  let present = 0
  for (let i = 0; i < count; i++) if (isValue(i)) present++
  const numbers = new Uint32Array(present)
  const width = present === 0 ? 0 : reader.view.getUint8(reader.offset++)
  if (width > 0) readRleBitPackedHybrid(reader, width, numbers as never, page.length - reader.offset)
  let next = 0
  for (let at = 0; at < count; at += SLICE) {
    const end = Math.min(count, at + SLICE)
    const values: unknown[] = []
    for (let i = at; i < end; i++) if (isValue(i)) values.push(dictionary[numbers[next++]])
    const slice = [
      definitions?.subarray(at, end) ?? [],
      repetitions?.subarray(at, end) ?? [],
    ] as unknown as number[][]
    const made = assembleLists(rows, slice[0], slice[1], values, schemaPath)
    if (made !== rows) for (const value of made) rows.push(value)
    yield
  }
}
