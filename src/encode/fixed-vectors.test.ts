import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fixedTable } from './fixed-vectors.js'
import { Vocabulary } from './vocabulary.js'

test('a fixed row is off by at most half a step', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.float({ noNaN: true, min: -8, max: 8 }), { minLength: 5, maxLength: 40 }),
      (dim, numbers) => {
        const count = Math.floor(numbers.length / dim)
        const matrix = Float32Array.from(numbers.slice(0, count * dim))
        const rows = new Map(Array.from({ length: count }, (_, i) => [`w${i}`, i] as const))
        const kept = [...rows.keys()].filter(word => word !== 'w1')
        const words = Vocabulary.fromCounts(new Map()).extended(kept)
        const table = fixedTable({ dim, rows, matrix }, words)
        assert.ok(table.values.subarray(0, 2 * dim).every(value => value === 0))
        for (const [word, row] of rows) {
          if (!words.has(word)) continue
          const id = words.id(word)
          const step = table.steps[id]
          const own = matrix.subarray(row * dim, (row + 1) * dim)
          const largest = Math.max(...own.map(Math.abs))
          assert.ok(largest < 1e-30 ? step === 0 : Math.abs(step - largest / 127) <= largest * 1e-6)
          own.forEach((value, d) => {
            const got = table.values[id * dim + d] * step
            assert.ok(Math.abs(got - value) <= step * 0.5001 + 1e-30, `${got} for ${value}`)
          })
          cases++
        }
      },
    ),
  )
  assert.ok(cases > 300)
})
