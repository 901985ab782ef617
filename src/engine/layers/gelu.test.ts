import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { biasedGelu } from './gelu.js'
import {
  type Batch,
  compareFiniteDifferences,
  compareTwins,
  type LayerCase,
  random,
} from './testing/layer-case.js'

// Batches that slices of 1, 2, 4, 8 and 16 sequences divide, and time for several of them or for one.
const BATCHES: readonly (readonly [batch: number, time: number])[] = [
  [1, 1],
  [3, 2],
  [2, 4],
  [4, 5],
  [16, 3],
  [16, 12],
  [8, 40],
  [2, 200],
]

function geluCase(source: Random, [size, time]: readonly [number, number], features: number): LayerCase {
  const batch: Batch = { time, lengths: new Array<number>(size).fill(time) }
  return {
    name: `gelu, batch ${size}, time ${time}`,
    inputs: {
      x: random(source, ['batch', 'time', features], batch),
      bias: random(source, [features], batch),
    },
    wrt: ['x', 'bias'],
    layer: (g, { x, bias }) => biasedGelu(g, x, bias),
  }
}

test('GELU slice by slice equals the plain operator, and its gradient finite differences', async () => {
  const source = Random.fromSeed(4)
  let compared = 0
  for (const sizes of BATCHES) {
    const made = geluCase(source, sizes, 2)
    await compareTwins(made, (g, { x, bias }) => g.gelu(g.add(x, bias)))
    if (sizes[0] * sizes[1] <= 6) compareFiniteDifferences(made)
    compared++
  }
  assert.equal(compared, 8)
})

test('GELU of two axes is computed at once', async () => {
  const source = Random.fromSeed(5)
  const rows: Batch = { time: 7, lengths: [7] }
  await compareTwins(
    {
      name: 'gelu of rows',
      inputs: { x: random(source, ['time', 3], rows), bias: random(source, [3], rows) },
      wrt: ['x', 'bias'],
      layer: (g, { x, bias }) => biasedGelu(g, x, bias),
    },
    (g, { x, bias }) => g.gelu(g.add(x, bias)),
  )
})
