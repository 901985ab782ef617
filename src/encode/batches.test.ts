import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../base/random.js'
import { paddingShare, planBatches } from './batches.js'
import { lengthMask, padRows } from './padding.js'

test('every sentence is in one batch, and no batch is over its limits', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 33 }),
      fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      (lengths, batchSize, maxTokens, shuffle, window) => {
        const plan = planBatches(lengths, {
          batchSize,
          maxTokens,
          shuffle,
          window,
          random: Random.fromSeed(cases),
        })
        const all = plan.flat().sort((a, b) => a - b)
        assert.deepEqual(
          all,
          lengths.map((_, i) => i),
        )
        for (const batch of plan) {
          const padded = batch.length * Math.max(...batch.map(i => lengths[i]))
          assert.ok(batch.length >= 1 && batch.length <= batchSize)
          assert.ok(maxTokens === undefined || batch.length === 1 || padded <= maxTokens)
        }
        cases++
      },
    ),
  )
  assert.ok(cases >= 100)
})

test('seeded, different by epoch, and with little padding', () => {
  const random = Random.fromSeed(3)
  const lengths = Array.from({ length: 4000 }, () => 1 + random.below(50))
  const plan = (seed: number, window?: number) =>
    planBatches(lengths, { batchSize: 32, window, random: Random.fromSeed(seed) })
  assert.deepEqual(plan(1), plan(1))
  assert.notDeepEqual(plan(1), plan(2))
  assert.ok(paddingShare(plan(1), lengths) < 0.05)
  assert.ok(paddingShare(plan(1, 1), lengths) > 0.3)
  const batchOf = (seed: number) => plan(seed)[0].slice(0, 8).join()
  assert.equal(new Set([1, 2, 3, 4, 5].map(batchOf)).size, 5)
})

test('without shuffling the order is fixed: by length, then by index', () => {
  assert.deepEqual(planBatches([3, 9, 4, 8, 3], { batchSize: 2, shuffle: false }), [[0, 4], [2, 3], [1]])
  assert.throws(() => planBatches([1], { batchSize: 1 }), /random generator/)
  assert.throws(() => planBatches([1], { batchSize: 0, shuffle: false }), /at least 1/)
})

test('padding in both layouts holds every id at its place', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 7 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 3 }),
      (rows, extra) => {
        const time = Math.max(1, ...rows.map(row => row.length)) + extra
        const lengths = rows.map(row => row.length)
        for (const layout of ['batch-major', 'time-major'] as const) {
          const ids = padRows(rows, 0, { time, layout })
          const mask = lengthMask(lengths, { time, layout })
          assert.equal(ids.length, rows.length * time)
          for (let b = 0; b < rows.length; b++)
            for (let t = 0; t < time; t++) {
              const at = layout === 'batch-major' ? b * time + t : t * rows.length + b
              assert.equal(ids[at], rows[b][t] ?? 0)
              assert.equal(mask[at], t < rows[b].length ? 1 : 0)
            }
        }
      },
    ),
  )
  assert.throws(() => padRows([[1, 2, 3]], 0, { time: 2 }), /does not fit in 2/)
  assert.throws(() => lengthMask([3], { time: 2 }), /does not fit in 2/)
})
