import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { EncodeError } from '../encode-error.js'
import type { WordVectors } from '../word-vectors.js'
import { compactFile } from './compact-vectors.js'
import { readVectorFile } from './read-vector-file.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-compact-'))
after(() => rmSync(root, { recursive: true, force: true }))
const path = join(root, 'vectors.nvec')

function read(bytes: Uint8Array, chunkBytes?: number) {
  writeFileSync(path, bytes)
  return readVectorFile(path, { ...(chunkBytes !== undefined && { chunkBytes }) })
}

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter(text => !/[\s\p{Cs}]/u.test(text))

const some = fc
  .record({
    words: fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
    dim: fc.integer({ min: 1, max: 6 }),
    numbers: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 48, maxLength: 48 }),
  })
  .map(({ words, dim, numbers }) => ({
    words,
    vectors: {
      dim,
      rows: new Map(words.map((each, i) => [each, i])),
      matrix: Float32Array.from(numbers.slice(0, words.length * dim)),
    } satisfies WordVectors,
  }))

const file = (vectors: WordVectors, words: readonly string[]) => Buffer.concat(compactFile(vectors, words))

test('what is written is read, every number at most half a step away, and rounds to itself', async () => {
  let cases = 0
  await fc.assert(
    fc.asyncProperty(some, fc.integer({ min: 1, max: 200 }), async ({ words, vectors }, chunkBytes) => {
      const bytes = file(vectors, words)
      const { dim, rows, matrix } = await read(cases % 3 === 0 ? gzipSync(bytes) : bytes, chunkBytes)
      assert.equal(dim, vectors.dim)
      assert.deepEqual([...rows.keys()], words)
      for (const [, row] of rows) {
        const own = vectors.matrix.subarray(row * dim, (row + 1) * dim)
        const largest = Math.max(...own.map(Math.abs))
        const half = largest < 1e-30 ? 1e-30 : (largest / 254) * (1 + 1e-6)
        own.forEach((value, d) => {
          const got = matrix[row * dim + d]
          assert.ok(Math.abs(got - value) <= half, `${got} for ${value}`)
          cases++
        })
      }
      assert.deepEqual(file({ dim, rows, matrix }, words), bytes)
    }),
    { numRuns: 200 },
  )
  assert.ok(cases > 1000, `${cases}`)
})

test('only the words that are asked for are written, in the order that they are given', async () => {
  const vectors = {
    dim: 1,
    rows: new Map([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]),
    matrix: Float32Array.of(1, 2, 3),
  }
  const { rows, matrix } = await read(file(vectors, ['c', 'a']))
  assert.deepEqual(
    [[...rows.keys()], [...matrix]],
    [
      ['c', 'a'],
      [Math.fround(127 * Math.fround(3 / 127)), 1],
    ],
  )
})

test('files that NumPy made have the numbers that NumPy says', async () => {
  const made = fileURLToPath(new URL('../../../oracles/compact-vectors.json', import.meta.url))
  const cases: readonly {
    readonly words: readonly string[]
    readonly file: string
    readonly rows: readonly (readonly number[])[]
  }[] = JSON.parse(readFileSync(made, 'utf8'))
  assert.equal(cases.length, 3)
  for (const { words, file: base64, rows: expected } of cases) {
    const { rows, matrix } = await read(Buffer.from(base64, 'base64'))
    assert.deepEqual([...rows.keys()], words)
    assert.deepEqual([...matrix], expected.flat())
  }
})

/** A file with fields, steps, values and words that it should not have, and the hash of these. */
function forged(
  change: (parts: {
    readonly fields: Buffer
    readonly steps: Float32Array
    readonly values: Int8Array
    words: string | Uint8Array
  }) => void,
): Buffer {
  const fields = Buffer.alloc(32)
  Buffer.from('\x89NVEC\r\n\x1a', 'latin1').copy(fields)
  const parts = {
    fields,
    steps: Float32Array.of(0.5, 0.25),
    values: Int8Array.of(127, 1, 2, -127, 3, 4),
    words: 'ada\nbob\n' as string | Uint8Array,
  }
  for (const [i, value] of [1, 3, 2, 8].entries()) fields.writeUInt32LE(value, 8 + 4 * i)
  change(parts)
  const body = Buffer.concat([
    Buffer.from(parts.steps.buffer),
    Buffer.from(parts.values.buffer),
    Buffer.from(parts.words),
  ])
  const hash = createHash('sha256').update(fields).update(body).digest()
  return Buffer.concat([fields, hash, body])
}

test('a file that says what cannot be is refused, though its hash is right', async () => {
  const { matrix } = await read(forged(() => {}))
  assert.deepEqual([...matrix], [63.5, 0.5, 1, -31.75, 0.75, 1])
  const changes: readonly Parameters<typeof forged>[0][] = [
    parts => parts.fields.writeUInt32LE(2, 8),
    parts => parts.fields.writeUInt32LE(0, 8),
    parts => parts.fields.writeUInt32LE(0, 12),
    parts => parts.fields.writeUInt32LE(2 ** 32 - 1, 12),
    parts => parts.fields.writeUInt32LE(0, 16),
    parts => parts.fields.writeUInt32LE(1, 16),
    parts => parts.fields.writeUInt32LE(2 ** 32 - 1, 16),
    parts => parts.fields.writeUInt32LE(7, 20),
    parts => parts.fields.writeUInt32LE(2 ** 32 - 1, 20),
    parts => void (parts.steps[0] = Number.NaN),
    parts => void (parts.steps[1] = Number.POSITIVE_INFINITY),
    parts => void (parts.steps[1] = -1),
    parts => void (parts.steps[1] = 3e38),
    parts => void (parts.values[4] = -128),
    parts => void (parts.words = 'ada\nada\n'),
    parts => void (parts.words = 'ada\n\nbo\n'),
    parts => void (parts.words = 'ada\nb b\n'),
    parts => void (parts.words = 'ada\nbob.'),
    parts => void (parts.words = 'adaabob\n'),
    parts => void (parts.words = 'ad\nb\nob\n'),
    parts => void (parts.words = Buffer.from('ada\nb\xffb\n', 'latin1')),
  ]
  let cases = 0
  for (const change of changes) {
    await assert.rejects(read(forged(change)), isVectorFault, String(change))
    cases++
  }
  assert.equal(cases, 21)
})

test('a damaged file is refused with one fault that names it', async () => {
  const bytes = forged(() => {})
  let cases = 0
  const refused = async (damaged: Buffer, what: string) => {
    await assert.rejects(read(damaged), isVectorFault, what)
    cases++
  }
  for (let length = 0; length < bytes.length; length++)
    await refused(bytes.subarray(0, length), `cut to ${length}`)
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] ^= 1 << (at % 8)
    await refused(changed, `byte ${at} changed`)
  }
  await refused(Buffer.concat([bytes, Buffer.of(10)]), 'one byte more')
  await refused(gzipSync(bytes).subarray(0, -9), 'compressed and cut')
  // A copy in text mode.
  await refused(Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'), 'line ends changed')
  assert.equal(cases, 2 * bytes.length + 3)
})

function isVectorFault(error: unknown): true {
  assert.ok(error instanceof EncodeError, String(error))
  assert.equal(error.code, 'encode/vectors')
  assert.equal(error.faults.length, 1)
  assert.match(JSON.stringify(error.faults[0].where), /vectors\.nvec/)
  return true
}
