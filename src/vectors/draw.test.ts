import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { fillAlias, fillKept } from './draw.js'

test('the alias table has exactly the distribution of its weights', () => {
  const random = Random.fromSeed(3)
  let cases = 0
  for (const n of [1, 2, 3, 10, 1000]) {
    const weights = Float64Array.from({ length: n }, () => random.float() ** 4 + 1e-6)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const [share, alias] = [new Float32Array(n), new Int32Array(n)]
    fillAlias(weights, share, alias)
    const found = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      found[i] += share[i] / n
      found[alias[i]] += (1 - share[i]) / n
    }
    for (let i = 0; i < n; i++) {
      assert.ok(Math.abs(found[i] - weights[i] / total) < 1e-6, `${n}: ${i}`)
      cases++
    }
  }
  assert.equal(cases, 1016)
})

test('frequent words are left out at times, as word2vec computes it', () => {
  const kept = new Float32Array(3)
  // Of 1,000 tokens, the first word is 900; its share is 0.9.
  fillKept([900, 99, 1], 0.001, kept)
  const expected = (Math.sqrt(900 / (0.001 * 1000)) + 1) * ((0.001 * 1000) / 900)
  assert.ok(Math.abs(kept[0] - expected) < 1e-6)
  assert.equal(kept[2], 1)
  fillKept([900, 99, 1], 0, kept)
  assert.deepEqual([...kept], [1, 1, 1])
})
