import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPages } from './check-pages.js'

/** A number as Thrift's compact protocol has it: zigzag, seven bits a byte. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt(value) << 1n
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

/** The header of a data page, and its content. */
function page(unpacked: number, packed: number, values: number, content: number): number[] {
  const header = [0x15, ...varint(0), 0x15, ...varint(unpacked), 0x15, ...varint(packed)]
  // Field 5 is a structure, whose first field is the number of values.
  return [...header, 0x2c, 0x15, ...varint(values), 0, 0, ...new Array<number>(content).fill(7)]
}

test('what pages declare is checked before memory is made for it', () => {
  checkPages(Uint8Array.from([...page(100, 10, 5, 10), ...page(2 ** 20, 3, 1000, 3)]))
  const hostile = [
    page(2 ** 30, 10, 5, 10),
    page(100, 2 ** 30, 5, 10),
    page(100, 11, 5, 10),
    page(100, 10, 2 ** 31 - 1, 10),
    [...page(100, 10, 2 ** 26 - 1, 10), ...page(100, 10, 2, 10)],
  ]
  for (const bytes of hostile) assert.throws(() => checkPages(Uint8Array.from(bytes)), RangeError)
  assert.equal(hostile.length, 5)
})
