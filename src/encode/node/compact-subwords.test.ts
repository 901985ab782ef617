import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { subwordBuckets } from '../subwords.js'
import { findVector, type SubwordTable, wantedForms } from '../word-vectors.js'
import { compactFile } from './compact-vectors.js'
import { readVectorFile } from './read-vector-file.js'

const DIM = 3
const SCHEME = { shortest: 3, longest: 4, buckets: 1000 }
const BUCKETS = [...new Set(['harbor', 'anchor'].flatMap(word => subwordBuckets(word, SCHEME)))]
const TABLE: SubwordTable = {
  scheme: SCHEME,
  buckets: Int32Array.from(BUCKETS),
  matrix: Float32Array.from({ length: BUCKETS.length * DIM }, (_, i) => ((i % 17) - 8) / 8),
}
const WORDS = { dim: DIM, rows: new Map([['harbor', 0]]), matrix: Float32Array.of(1, 2, 3) }
const whole = () => Buffer.concat(compactFile(WORDS, ['harbor'], TABLE))

/** With the hash that the content has. */
function hashed(bytes: Buffer): Buffer {
  createHash('sha256').update(bytes.subarray(0, 32)).update(bytes.subarray(64)).digest().copy(bytes, 32)
  return bytes
}

test('a word without a vector is the mean of its runs that have one, off by half a step at most', async () => {
  using folder = temporaryFolder('nerite-runs-')
  const path = join(folder.path, 'a.nvec')
  writeFileSync(path, whole())
  const read = await readVectorFile(path, { keep: wantedForms(['harbors', 'Harbor', 'zzz']) })
  assert.equal(read.rows.has('Harbor'), false)
  assert.equal(findVector('zzz', read), undefined)
  const row = read.rows.get('harbors') as number
  const known = subwordBuckets('harbors', SCHEME).filter(bucket => BUCKETS.includes(bucket))
  assert.ok(known.length > 0 && known.length < subwordBuckets('harbors', SCHEME).length)
  for (let d = 0; d < DIM; d++) {
    const sum = known.reduce((all, bucket) => all + TABLE.matrix[BUCKETS.indexOf(bucket) * DIM + d], 0)
    assert.ok(Math.abs(read.matrix[row * DIM + d] - sum / known.length) <= 0.5 / 127)
  }
  assert.deepEqual([...(await readVectorFile(path)).rows.keys()], ['harbor'])
})

test('runs that cannot be are refused, though the hash is right', async () => {
  using folder = temporaryFolder('nerite-runs-')
  const path = join(folder.path, 'a.nvec')
  const part = 64 + 4 + DIM + 'harbor\n'.length
  const runs = part + 16
  const changes: Readonly<Record<string, (bytes: Buffer) => void>> = {
    'version 1': bytes => void bytes.writeUInt32LE(1, 8),
    'version 3': bytes => void bytes.writeUInt32LE(3, 8),
    'no bytes of runs': bytes => void bytes.writeUInt32LE(0, 24),
    'shortest 0': bytes => void bytes.writeUInt32LE(0, part),
    'longest below shortest': bytes => void bytes.writeUInt32LE(2, part + 4),
    'no buckets': bytes => void bytes.writeUInt32LE(0, part + 8),
    'more runs than there are': bytes => void bytes.writeUInt32LE(2 ** 31, part + 12),
    'a bucket beyond': bytes => void bytes.writeInt32LE(1000, runs),
    'a bucket below 0': bytes => void bytes.writeInt32LE(-1, runs),
    'a bucket twice': bytes => void bytes.writeInt32LE(bytes.readInt32LE(runs + 4), runs),
    'a step below 0': bytes => void bytes.writeFloatLE(-1, runs + 4 * BUCKETS.length),
    'a step that is none': bytes => void bytes.writeFloatLE(Number.NaN, runs + 4 * BUCKETS.length),
    '-128': bytes => void bytes.writeInt8(-128, bytes.length - 1),
  }
  for (const [name, change] of Object.entries(changes)) {
    const bytes = whole()
    change(bytes)
    writeFileSync(path, hashed(bytes))
    await assert.rejects(readVectorFile(path), { code: 'encode/vectors' }, name)
  }
  assert.equal(Object.keys(changes).length, 13)
  writeFileSync(path, hashed(whole().subarray(0, -1)))
  await assert.rejects(readVectorFile(path), { code: 'encode/vectors' })
})
