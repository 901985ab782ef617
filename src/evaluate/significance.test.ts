import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { toPrf } from './prf.js'
import { type SentenceCounts, sumCounts } from './sentence-counts.js'
import { bootstrapIntervals, randomizationTest } from './significance.js'

function f1Of(counts: readonly SentenceCounts[]): number {
  const { gold, predicted, correct } = sumCounts(counts)
  return toPrf(correct, predicted, gold).f1 ?? 0
}

test('the p-value approaches that of all 2^n swaps', () => {
  const random = Random.fromSeed(21)
  let checked = 0
  for (let trial = 0; trial < 8; trial++) {
    const n = 9
    const draw = (gold: number): SentenceCounts => {
      const predicted = random.below(5)
      return { gold, predicted, correct: random.below(Math.min(gold, predicted) + 1) }
    }
    const golds = Array.from({ length: n }, () => 1 + random.below(4))
    const a = golds.map(draw)
    const b = golds.map(draw)
    const observed = Math.abs(f1Of(a) - f1Of(b))
    let hits = 0
    for (let mask = 0; mask < 1 << n; mask++) {
      const pick = (x: SentenceCounts[], y: SentenceCounts[]) => x.map((c, i) => ((mask >> i) & 1 ? y[i] : c))
      if (Math.abs(f1Of(pick(a, b)) - f1Of(pick(b, a))) >= observed - 1e-12) hits++
    }
    const result = randomizationTest(a, b, { rounds: 20_000, seed: trial })
    assert.ok(Math.abs(result.pValue - hits / (1 << n)) < 0.02, `${result.pValue}, not ${hits / (1 << n)}`)
    assert.equal(result.difference, f1Of(a) - f1Of(b))
    assert.deepEqual(
      randomizationTest(a, b, { rounds: 100, seed: 5 }),
      randomizationTest(a, b, { rounds: 100, seed: 5 }),
    )
    checked++
  }
  assert.equal(checked, 8)
  const same = [{ gold: 1, predicted: 1, correct: 1 }]
  assert.equal(randomizationTest(same, same).pValue, 1)
  assert.throws(() => randomizationTest(same, []), RangeError)
})

test('bootstrap: a proportion’s interval is the binomial one', () => {
  const n = 500
  const counts = Array.from({ length: n }, (_, i) => ({ gold: 1, predicted: 1, correct: i < 400 ? 1 : 0 }))
  const { precision, recall, f1 } = bootstrapIntervals(counts, { samples: 4000, seed: 3 })
  const half = 1.96 * Math.sqrt((0.8 * 0.2) / n)
  for (const interval of [precision, recall, f1]) {
    assert.ok(interval)
    assert.ok(Math.abs(interval.low - (0.8 - half)) < 0.005)
    assert.ok(Math.abs(interval.high - (0.8 + half)) < 0.005)
  }
  assert.equal(bootstrapIntervals([]).f1, null)
  assert.equal(bootstrapIntervals([{ gold: 1, predicted: 0, correct: 0 }]).precision, null)
})
