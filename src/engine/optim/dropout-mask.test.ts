import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { fillDropoutMask } from './dropout-mask.js'

/** Five standard deviations of a binomial share. */
const tolerance = (p: number, n: number) => 5 * Math.sqrt((p * (1 - p)) / n)

test('a mask holds 0 with probability p and else 1/(1-p)', () => {
  for (const p of [0.1, 0.25, 0.5, 0.9])
    for (const length of [200_000, 200_013]) {
      const mask = fillDropoutMask(new Float32Array(length), p, Random.fromSeed(1))
      const zero = mask.reduce((n, x) => n + (x === 0 ? 1 : 0), 0)
      assert.ok(Math.abs(zero / length - p) < tolerance(p, length), `${p}: ${zero / length}`)
      const other = mask.find(x => x !== 0 && x !== Math.fround(1 / (1 - p)))
      assert.equal(other, undefined)
    }
  assert.deepEqual([...fillDropoutMask(new Float32Array(3), 0, Random.fromSeed(1))], [1, 1, 1])
  for (const p of [-0.1, 1, Number.NaN])
    assert.throws(() => fillDropoutMask(new Float32Array(1), p, Random.fromSeed(1)), /\[0, 1\)/)
})

test('neighbors and equal bit places are independent', () => {
  for (const p of [0.5, 0.3]) {
    const n = 320_000
    const mask = fillDropoutMask(new Float32Array(n), p, Random.fromSeed(5))
    for (const lag of [1, 2, 31, 32, 33, 64]) {
      let both = 0
      for (let i = lag; i < n; i++) if (mask[i] === 0 && mask[i - lag] === 0) both++
      assert.ok(Math.abs(both / (n - lag) - p * p) < tolerance(p * p, n), `p ${p} lag ${lag}`)
    }
  }
})

test('a short mask takes whole draws, so that a resumed generator stays in step', () => {
  for (const length of [1, 31, 32, 33]) {
    const random = Random.fromSeed(9)
    const twin = Random.fromSeed(9)
    fillDropoutMask(new Float32Array(length), 0.5, random)
    for (let i = 0; i < Math.ceil(length / 32); i++) twin.uint32()
    assert.deepEqual(random.state(), twin.state())
  }
})
