import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areFinite } from './tensor.js'

test('one number that is not finite is found wherever it is, and the largest and smallest are finite', () => {
  const finite = Float32Array.of(0, -0, 3.4028234663852886e38, -3.4028234663852886e38, 1e-45, -1, 7)
  assert.ok(areFinite(finite))
  assert.ok(areFinite(new Float32Array()))
  let cases = 0
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (let i = 0; i < finite.length; i++) {
      const data = Float32Array.from(finite)
      data[i] = bad
      assert.ok(!areFinite(data), `${bad} at ${i}`)
      cases++
    }
  assert.equal(cases, 21)
})
