import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearestWords } from './nearest-words.js'

test('neighbors are those that sorting all words by the angle between vectors gives', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 })), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 1, max: 6 }),
      (vectors, count) => {
        const rows = new Map(vectors.map((_, i) => [`w${i}`, i]))
        const matrix = Float32Array.from(vectors.flat())
        const got = nearestWords({ dim: 2, rows, matrix }, 0, count)
        // In the plane the cosine is that of the angle.
        const angle = ([x, y]: readonly [number, number]) => Math.atan2(y, x)
        const expected = vectors
          .map((vector, i) => ({ i, vector, cosine: Math.cos(angle(vector) - angle(vectors[0])) }))
          .filter(({ i, vector }) => i > 0 && [vector, vectors[0]].every(([x, y]) => x !== 0 || y !== 0))
          .sort((a, b) => (Math.abs(a.cosine - b.cosine) < 1e-9 ? a.i - b.i : b.cosine - a.cosine))
          .slice(0, count)
        assert.equal(got.length, expected.length)
        got.forEach(({ cosine }, i) => {
          assert.ok(Math.abs(cosine - expected[i].cosine) < 1e-9)
          cases++
        })
        assert.equal(new Set(got.map(({ word }) => word)).size, got.length)
        assert.ok(got.every(({ word }) => word !== 'w0'))
      },
    ),
    { numRuns: 300 },
  )
  assert.ok(cases > 300)
})
