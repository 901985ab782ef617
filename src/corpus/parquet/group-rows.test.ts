// Rows that are decoded page by page and in slices, compared with the library, which decodes whole row groups.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import type { parquetHeader } from 'hyparquet/src/column.js'
import { compressors } from 'hyparquet-compressors'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { groupRows } from './group-rows.js'
import { isSliced } from './page-slices.js'

const ROWS = 9000

/** Lists of a few different values, some empty, some missing, some with missing values. */
function lists<Value>(value: (i: number) => Value): (readonly (Value | null)[] | null)[] {
  let seed = 1
  const below = (n: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % n
  }
  return Array.from({ length: ROWS }, () =>
    below(50) === 0
      ? null
      : Array.from({ length: below(20) }, () => (below(40) === 0 ? null : value(below(90)))),
  )
}

for (const codec of ['UNCOMPRESSED', 'SNAPPY'] as const)
  for (const pageSize of [500, 2 ** 20])
    test(`${codec}, pages of ${pageSize} bytes: the same rows`, async () => {
      const list = (name: string, element: object) => [
        { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', ...element },
      ]
      const file = parquetWriteBuffer({
        codec,
        pageSize,
        rowGroupSize: ROWS / 2,
        schema: [
          { name: 'schema', num_children: 3 },
          ...list('tokens', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
          ...list('tags', { type: 'INT64' }),
          { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        ] as never,
        columnData: [
          { name: 'tokens', data: lists(i => `word ${i}`) },
          { name: 'tags', data: lists(i => BigInt(i % 5)) },
          { name: 'id', data: Array.from({ length: ROWS }, (_, i) => (i % 7 === 0 ? null : `d${i % 9}`)) },
        ] as never,
      })
      const metadata = parquetMetadata(file)
      assert.equal(metadata.row_groups.length, 2)
      const source = {
        size: file.byteLength,
        read: async (start: number, end: number) => new Uint8Array(file.slice(start, end)),
      }
      const found: unknown[] = []
      for (const group of metadata.row_groups)
        for await (const rows of groupRows(group, metadata, source)) found.push(...rows)
      assert.deepEqual(found, await parquetReadObjects({ file, compressors }))
      assert.equal(found.length, ROWS)
      // Large pages have more values than a slice.
      const values = metadata.row_groups.map(({ columns }) => Number(columns[1].meta_data?.num_values))
      assert.ok(values.some(count => count > 2 ** 15))
    })

test('a page with many numbers of a dictionary is decoded in slices', () => {
  const header = (values: number, encoding: string) =>
    ({ data_page_header: { num_values: values, encoding } }) as unknown as ReturnType<typeof parquetHeader>
  assert.ok(isSliced(header(100_000, 'RLE_DICTIONARY')))
  assert.ok(!isSliced(header(1000, 'RLE_DICTIONARY')))
  assert.ok(!isSliced(header(100_000, 'PLAIN')))
})
