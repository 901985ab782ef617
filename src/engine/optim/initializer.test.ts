import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { fillInitial, type Initial } from './initializer.js'

function filled(initial: Initial, shape: readonly number[], seed = 1): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  fillInitial(initial, values, shape, Random.fromSeed(seed))
  return values
}

function moments(values: Float32Array): { mean: number; deviation: number; bound: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance), bound: values.reduce((m, x) => Math.max(m, Math.abs(x)), 0) }
}

test('distributions have the mean, deviation and bound that their papers give', () => {
  const shape = [300, 100]
  const cases: readonly (readonly [Initial, number, number])[] = [
    [{ kind: 'uniform', low: -0.2, high: 0.2 }, 0.2 / Math.sqrt(3), 0.2],
    [{ kind: 'normal', deviation: 0.3 }, 0.3, Number.POSITIVE_INFINITY],
    [{ kind: 'xavier-uniform' }, Math.sqrt(2 / 400), Math.sqrt(6 / 400)],
    [{ kind: 'xavier-normal', gain: 2 }, 2 * Math.sqrt(2 / 400), Number.POSITIVE_INFINITY],
    [{ kind: 'xavier-uniform', fans: { in: 50, out: 30 } }, Math.sqrt(2 / 80), Math.sqrt(6 / 80)],
    [{ kind: 'kaiming-uniform', fanIn: 300 }, Math.sqrt(2 / 300), Math.sqrt(6 / 300)],
    [{ kind: 'kaiming-normal', fanIn: 300, gain: 1 }, Math.sqrt(1 / 300), Number.POSITIVE_INFINITY],
  ]
  for (const [initial, deviation, bound] of cases) {
    const got = moments(filled(initial, shape))
    assert.ok(Math.abs(got.deviation / deviation - 1) < 0.02, `${initial.kind}: ${got.deviation}`)
    assert.ok(Math.abs(got.mean) < 0.02 * deviation, `${initial.kind}: mean ${got.mean}`)
    assert.ok(got.bound <= bound * 1.000001, `${initial.kind}: bound ${got.bound}`)
  }
})

test('orthogonal: the shorter side of every block has orthonormal vectors times the gain', () => {
  const cases: readonly (readonly [readonly number[], number, number])[] = [
    [[6, 6], 1, 1],
    [[4, 9], 1, 1.5],
    [[9, 4], 1, 1],
    [[2, 12, 7], 3, 1],
    [[1, 1], 1, 1],
  ]
  for (const [shape, blocks, gain] of cases) {
    const values = filled({ kind: 'orthogonal', blocks, gain }, shape)
    const rows = (shape.at(-2) ?? 0) / blocks
    const columns = shape.at(-1) ?? 0
    for (let at = 0; at < values.length; at += rows * columns) {
      const element = (r: number, c: number) => values[at + r * columns + c]
      const count = Math.min(rows, columns)
      for (let i = 0; i < count; i++)
        for (let j = 0; j < count; j++) {
          let sum = 0
          for (let k = 0; k < Math.max(rows, columns); k++)
            sum += rows <= columns ? element(i, k) * element(j, k) : element(k, i) * element(k, j)
          assert.ok(Math.abs(sum - (i === j ? gain * gain : 0)) < 1e-5, `[${shape}] ${i},${j}: ${sum}`)
        }
    }
  }
})

test('zeros, constant, given values and a function', () => {
  assert.deepEqual([...filled({ kind: 'zeros' }, [2])], [0, 0])
  assert.deepEqual([...filled({ kind: 'constant', value: 3 }, [2])], [3, 3])
  assert.deepEqual([...filled({ kind: 'values', values: [1, 2] }, [2])], [1, 2])
  const fill = (values: Float32Array, random: Random) => values.fill(random.below(1))
  assert.deepEqual([...filled({ kind: 'fill', fill }, [2])], [0, 0])
  assert.throws(() => filled({ kind: 'values', values: [1] }, [2]), /expected 2, got 1/)
  assert.throws(() => filled({ kind: 'xavier-uniform' }, [2, 2, 2]), /expected fans/)
  assert.throws(() => filled({ kind: 'orthogonal', blocks: 2 }, [3, 3]), /2 equal blocks of rows/)
})
