import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetHeader } from 'hyparquet/src/column.js'
import { checkPage } from './check-page.js'

/** A number as Thrift's compact protocol has it: zigzag, seven bits a byte. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt(value) << 1n
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

/** The header of a data page. */
function header(unpacked: number, packed: number, values: number) {
  const sizes = [0x15, ...varint(0), 0x15, ...varint(unpacked), 0x15, ...varint(packed)]
  // Field 5 is a structure, whose first field is the number of values.
  const bytes = Uint8Array.from([...sizes, 0x2c, 0x15, ...varint(values), 0, 0])
  return parquetHeader({ view: new DataView(bytes.buffer), offset: 0 })
}

test('what a page declares is checked before memory is made for it', () => {
  checkPage(header(100, 10, 5), 10)
  checkPage(header(2 ** 20, 3, 1000), 20)
  const hostile = [
    [2 ** 30, 10, 5],
    [100, 2 ** 30, 5],
    [100, 11, 5],
    [100, 10, 2 ** 31 - 1],
    [100, 10, 2 ** 26],
  ]
  for (const [unpacked, packed, values] of hostile)
    assert.throws(() => checkPage(header(unpacked, packed, values), 10))
  assert.equal(hostile.length, 5)
})
