import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../base/random.js'
import { planBatches } from './batches.js'

test('every sentence is in one batch, and no batch is over its size', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 33 }),
      (lengths, batchSize) => {
        const plan = planBatches(lengths, { batchSize, random: Random.fromSeed(cases) })
        const all = plan.flat().sort((a, b) => a - b)
        assert.deepEqual(
          all,
          lengths.map((_, i) => i),
        )
        for (const batch of plan) assert.ok(batch.length >= 1 && batch.length <= batchSize)
        assert.ok(
          plan.filter(batch => batch.length < batchSize).length <= 1 + lengths.length / (50 * batchSize),
        )
        cases++
      },
    ),
  )
  assert.ok(cases >= 100)
  assert.throws(() => planBatches([1], { batchSize: 0, random: Random.fromSeed(1) }), /at least 1/)
})

test('batches are seeded, different in each epoch, and have little padding', () => {
  const random = Random.fromSeed(3)
  const lengths = Array.from({ length: 4000 }, () => 1 + random.below(50))
  const plan = (seed: number) => planBatches(lengths, { batchSize: 32, random: Random.fromSeed(seed) })
  assert.deepEqual(plan(1), plan(1))
  assert.notDeepEqual(plan(1), plan(2))
  const cells = plan(1).reduce(
    (sum, batch) => sum + batch.length * Math.max(...batch.map(i => lengths[i])),
    0,
  )
  const real = lengths.reduce((sum, length) => sum + length, 0)
  assert.ok(1 - real / cells < 0.05)
  const batchOf = (seed: number) => plan(seed)[0].slice(0, 8).join()
  assert.equal(new Set([1, 2, 3, 4, 5].map(batchOf)).size, 5)
})

test('batches that are computed together are of similar length, whatever is left over comes last', () => {
  const random = Random.fromSeed(4)
  for (const [count, together] of [
    [4000, 2],
    [4000, 3],
    [4010, 4],
    [90, 4],
  ]) {
    const lengths = Array.from({ length: count }, () => 1 + random.below(50))
    const plan = planBatches(lengths, { batchSize: 8, random: Random.fromSeed(5), together })
    assert.equal(new Set(plan.flat()).size, count)
    assert.deepEqual(plan, planBatches(lengths, { batchSize: 8, random: Random.fromSeed(5), together }))
    const longest = plan.map(batch => Math.max(...batch.map(i => lengths[i])))
    const full = Math.floor(count / 400) * Math.floor(50 / together) * together
    let slack = 0
    for (let at = 0; at < full; at += together)
      slack += Math.max(...longest.slice(at, at + together)) - Math.min(...longest.slice(at, at + together))
    assert.ok(slack <= 2 * full, `${slack} in ${full / together} rows`)
    const alone = planBatches(lengths, { batchSize: 8, random: Random.fromSeed(5) })
    assert.equal(plan.length, alone.length)
  }
})
