import { roundRow } from '../fixed-vectors.js'
import type { SubwordTable } from '../word-vectors.js'
import { vectorFault } from './vector-collector.js'

/** The part of a compact file about runs of characters; `compact-vectors.ts` has its layout. */
const FIELDS = 16

/** Its bytes, in parts. @param dim numbers of a vector */
export function subwordPart({ scheme, buckets, matrix }: SubwordTable, dim: number): Uint8Array[] {
  const count = buckets.length
  const table = { values: new Int8Array(count * dim), steps: new Float32Array(count) }
  for (let row = 0; row < count; row++) roundRow(matrix.subarray(row * dim, (row + 1) * dim), table, row)
  const fields = Uint32Array.of(scheme.shortest, scheme.longest, scheme.buckets, count)
  return [fields, buckets, table.steps, table.values].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
}

/** @throws EncodeError for numbers that cannot be */
export function subwordsOf(bytes: Buffer, dim: number, path: string): SubwordTable {
  const check = (isRight: boolean, expected: string, got: string) => {
    if (isRight) return
    throw vectorFault(
      { file: path, field: 'runs of characters' },
      expected,
      got,
      'the file is damaged; fetch it or make it again',
    )
  }
  check(bytes.length >= FIELDS, `${FIELDS} bytes or more`, `${bytes.length}`)
  const [shortest, longest, most, count] = [0, 4, 8, 12].map(at => bytes.readUInt32LE(at))
  const size = FIELDS + count * (8 + dim)
  check(size === bytes.length, `${size} bytes, as it says`, `${bytes.length}`)
  check(
    shortest >= 1 && longest >= shortest && longest <= 20,
    'lengths from 1 to 20',
    `${shortest}, ${longest}`,
  )
  check(most >= 1 && most <= 2 ** 31, 'buckets from 1 to 2147483648', `${most}`)
  // A copy, since numbers have to be aligned.
  const own = bytes.buffer.slice(bytes.byteOffset + FIELDS, bytes.byteOffset + bytes.length)
  const buckets = new Int32Array(own, 0, count)
  const steps = new Float32Array(own, 4 * count, count)
  const values = new Int8Array(own, 8 * count)
  check(
    buckets.every(bucket => bucket >= 0 && bucket < most),
    `buckets below ${most}`,
    'others',
  )
  check(new Set(buckets).size === count, 'every bucket once', 'one twice')
  check(
    steps.every(step => step >= 0 && Number.isFinite(Math.fround(127 * step))),
    'steps of 0 or more',
    'others',
  )
  check(!values.includes(-128), 'numbers from −127 to 127', '-128')
  const matrix = Float32Array.from(values, (value, i) => value * steps[Math.floor(i / dim)])
  return { scheme: { shortest, longest, buckets: most }, buckets, matrix }
}
