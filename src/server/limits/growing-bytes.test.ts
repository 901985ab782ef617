import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { GrowingBytes } from './growing-bytes.js'

test('bytes come out as they came in, in memory of their own', () => {
  const random = Random.fromSeed(5)
  let cases = 0
  for (let round = 0; round < 200; round++) {
    const parts = Array.from({ length: random.below(12) }, () =>
      Uint8Array.from({ length: random.below(90_000) }, () => random.below(256)),
    )
    const expected = Buffer.concat(parts)
    // Fewer than announced, as many, or nobody knows.
    const announced = [expected.length, expected.length + 5, 10_000_000][round % 3]
    const bytes = new GrowingBytes(announced)
    for (const part of parts) bytes.add(part)
    const found = bytes.take()
    assert.ok(Buffer.from(found).equals(expected))
    assert.equal(found.buffer.byteLength, expected.length)
    cases++
  }
  assert.equal(cases, 200)
})
