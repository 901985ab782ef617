import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { fillSigmoid, SIGMOID_FLOATS, sampledKernels, sampledModule } from './sampled-kernels.js'

const PAGES = 4
const ROWS = 40

/** Rows of random numbers in shared memory, behind the table and a list. */
function setUp(stride: number, targets: number, seed: number) {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
  const floats = new Float32Array(memory.buffer)
  fillSigmoid(floats.subarray(0, SIGMOID_FLOATS))
  const list = 4096
  const base = 8192
  const random = Random.fromSeed(seed)
  for (let i = 0; i < ROWS * stride; i++) floats[base / 4 + i] = random.float() - 0.5
  const kernels = sampledKernels(sampledModule({ stride, targets, sigmoid: 0, pages: PAGES }), memory)
  const address = (row: number) => base + 4 * stride * row
  const row = (at: number) => floats.subarray(address(at) / 4, address(at) / 4 + stride)
  const put = (rows: readonly number[]) => new Int32Array(memory.buffer, list).set(rows.map(address))
  return { kernels, list, address, row, put, floats }
}

/** −log σ(x·t₀) − Σ log σ(−x·tₖ), in doubles. */
function loss(x: readonly number[], rows: readonly (readonly number[])[]): number {
  return rows.reduce((sum, t, k) => {
    const dot = t.reduce((all, value, d) => all + value * x[d], 0)
    return sum + Math.log(1 + Math.exp(k === 0 ? -dot : dot))
  }, 0)
}

test('a step goes down the gradient of the loss, as finite differences have it, for rows of any length', () => {
  let cases = 0
  for (const stride of [4, 8, 100, 128, 132, 300])
    for (const targets of [2, 6, 11]) {
      const { kernels, list, address, row, put } = setUp(stride, targets, stride + targets)
      const chosen = Array.from({ length: targets }, (_, k) => k + 1)
      put(chosen)
      const x = [...row(0)]
      const ts = chosen.map(at => [...row(at)])
      const rate = 0.25
      kernels.step(address(0), list, rate)
      const slope = (of: number[], d: number) => {
        const value = of[d]
        const [up, down] = [1e-4, -1e-4].map(change => {
          of[d] = value + change
          return loss(x, ts)
        })
        of[d] = value
        return (up - down) / 2e-4
      }
      for (const d of [0, 1, stride >> 1, stride - 1]) {
        // The table of the logistic function has steps of 0.012: its error is below 0.003.
        const tolerance = 0.004 * rate * targets
        assert.ok(Math.abs(row(0)[d] - (x[d] - rate * slope(x, d))) < tolerance)
        chosen.forEach((at, k) => {
          assert.ok(Math.abs(row(at)[d] - (ts[k][d] - rate * slope(ts[k], d))) < tolerance)
        })
        cases++
      }
      assert.ok(
        loss(
          [...row(0)],
          chosen.map(at => [...row(at)]),
        ) < loss(x, ts),
      )
    }
  assert.equal(cases, 72)
})

test('a step apart leaves the row alone and writes what would be added to it; nothing else changes', () => {
  for (const stride of [8, 132]) {
    const [one, other] = [setUp(stride, 3, 5), setUp(stride, 3, 5)]
    const before = [...one.row(0)]
    for (const { put } of [one, other]) put([1, 2, 3])
    one.kernels.step(one.address(0), one.list, 0.1)
    other.row(9).fill(7)
    other.kernels.stepTo(other.address(0), other.list, 0.1, other.address(9))
    assert.deepEqual([...other.row(0)], before)
    before.forEach((value, d) => {
      assert.ok(Math.abs(value + other.row(9)[d] - one.row(0)[d]) < 1e-6)
    })
    for (let at = 1; at < ROWS; at++) if (at !== 9) assert.deepEqual(other.row(at), one.row(at))
  }
})

test('sum and spread are those of plain loops', () => {
  for (const stride of [4, 100, 260])
    for (const count of [1, 2, 9]) {
      const { kernels, list, address, row, put } = setUp(stride, 2, count)
      const rows = Array.from({ length: count }, (_, i) => 3 * i)
      put(rows)
      const expected = Float32Array.from(row(0))
      for (const at of rows.slice(1)) for (let d = 0; d < stride; d++) expected[d] += row(at)[d]
      for (let d = 0; d < stride; d++) expected[d] *= Math.fround(1 / count)
      kernels.sum(list, count, 1 / count, address(39))
      assert.deepEqual(row(39), expected)
      const before = rows.map(at => Float32Array.from(row(at), (value, d) => value + row(39)[d]))
      kernels.spread(list, count, address(39))
      rows.forEach((at, i) => void assert.deepEqual(row(at), before[i]))
    }
})

test('numbers that are none do not trap', () => {
  const { kernels, list, address, row, put } = setUp(4, 2, 1)
  row(1).fill(Number.NaN)
  row(2).fill(1e30)
  row(0).fill(1e30)
  put([1, 2])
  kernels.step(address(0), list, 0.1)
  assert.ok(Number.isNaN(row(0)[0]))
})
