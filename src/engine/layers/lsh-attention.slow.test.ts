import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import type { Tensor } from '../graph/tensor.js'
import { difference, randomTensor, runNative, runReference } from '../graph/testing/check.js'
import type { Value } from '../graph/value.js'
import { lshAttention, lshAttentionWeights } from './lsh-attention.js'
import { type LshSize, lshLayout, lshSort, rotationsShape } from './lsh-order.js'
import {
  type Build,
  compareFiniteDifferences,
  compareTwins,
  FLOAT32,
  feedsOf,
  given,
  graphOf,
  type LayerCase,
  type LayerInput,
  type Values,
} from './testing/layer-case.js'
import { plainLsh } from './testing/plain-lsh.js'

interface Batch {
  readonly time: number
  readonly lengths: readonly number[]
}

function attend(size: LshSize): Build {
  return (g, { queries, values, rotations, lengths }) => {
    const layout = lshLayout(g, queries, lengths, size)
    return lshAttention(g, queries, values, lshSort(g, queries, rotations, layout, size), layout, size)
  }
}

function caseOf(name: string, size: LshSize, { time, lengths }: Batch, source: Random): LayerCase {
  const { heads, dim } = size
  const shape = [lengths.length, time, heads, dim]
  const rows = ['batch', 'time', heads, dim]
  const inputs: Record<string, LayerInput> = {
    queries: given(rows, randomTensor(source, shape, -2, 2)),
    values: given(rows, randomTensor(source, shape, -2, 2)),
    rotations: given(rotationsShape(size), randomTensor(source, rotationsShape(size))),
    lengths: given(['batch'], { type: 'int32', shape: [lengths.length], data: Int32Array.from(lengths) }),
  }
  return { name, inputs, wrt: ['queries', 'values'], layer: attend(size) }
}

/** Attention of every step to every other one, by plain operators: what LSH attention is in a single chunk. */
function fullAttention(g: GraphBuilder, { queries, values, lengths }: Values): Value {
  const heads = (x: Value) => g.transpose(x, [0, 2, 1, 3])
  const [q, v] = [heads(queries), heads(values)]
  const square = g.reduceSum(g.mul(q, q), [-1], { keepDims: true })
  const k = g.div(q, g.sqrt(g.add(square, 1e-6)))
  const times = g.shape(queries, { start: 1, end: 2 })
  const positions = g.range(g.scalar(0, 'int64'), g.squeeze(times, [0]), g.scalar(1, 'int64'))
  const isInside = g.less(positions, g.unsqueeze(g.cast(lengths, 'int64'), [1])) // [batch, time]
  const isSame = g.equal(g.unsqueeze(positions, [1]), g.unsqueeze(positions, [0]))
  const hidden = g.where(g.unsqueeze(isInside, [1, 2]), g.scalar(0), -1e9)
  const bias = g.add(hidden, g.where(isSame, g.scalar(-1e5), 0))
  const weights = g.softmax(g.add(g.matMul(q, g.transpose(k, [0, 1, 3, 2])), bias), -1)
  const y = g.transpose(g.matMul(weights, v), [0, 2, 1, 3])
  return g.mul(y, g.cast(g.unsqueeze(isInside, [2, 3]), 'float32'))
}

const ONE_CHUNK: readonly Batch[] = [
  { time: 6, lengths: [6, 3, 1] },
  { time: 1, lengths: [1] },
  { time: 5, lengths: [4, 5] },
]

test('in one chunk it is full attention with shared queries and keys, gradients included', async () => {
  const source = Random.fromSeed(3)
  let tensors = 0
  for (const batch of ONE_CHUNK)
    for (const rounds of [1, 3]) {
      const size: LshSize = { heads: 2, dim: 3, chunk: 6, buckets: 4, rounds }
      const c = caseOf(`rounds ${rounds}, lengths ${batch.lengths}`, size, batch, source)
      tensors += await compareTwins(c, fullAttention)
    }
  assert.equal(tensors, 6 * 4 * 4)
})

test('short sequences in a long batch also see all of themselves, in every round', async () => {
  const size: LshSize = { heads: 2, dim: 4, chunk: 4, buckets: 8, rounds: 3 }
  const c = caseOf('chunks of 4', size, { time: 13, lengths: [4, 2, 13, 1] }, Random.fromSeed(4))
  const graph = graphOf(c)
  const other = graphOf(c, fullAttention)
  const found = await runNative(graph, feedsOf(c, graph))
  const full = await runNative(other, feedsOf(c, other))
  let cells = 0
  for (const name of ['y', 'd:queries', 'd:values'])
    for (const sequence of [0, 1, 3]) {
      const gap = difference(sequenceOf(found[name], sequence), sequenceOf(full[name], sequence))
      assert.ok(gap < FLOAT32, `${name} of sequence ${sequence}: off by ${gap}`)
      cells++
    }
  assert.equal(cells, 9)
})

const SEVERAL_CHUNKS: readonly (readonly [Partial<LshSize>, Batch])[] = [
  [{ heads: 2 }, { time: 5, lengths: [5, 1] }],
  [{ lookBack: 0 }, { time: 5, lengths: [5, 3] }],
  [{ lookAhead: 1 }, { time: 6, lengths: [6, 3] }],
  [
    { lookBack: 0, lookAhead: 1 },
    { time: 5, lengths: [3, 5] },
  ],
  [
    { lookBack: 2, lookAhead: 1 },
    { time: 7, lengths: [7] },
  ],
  [
    { rounds: 1, chunk: 1 },
    { time: 4, lengths: [4, 3] },
  ],
  [
    { rounds: 3, buckets: 2 },
    { time: 6, lengths: [6] },
  ],
]

test('its gradients equal finite differences over several chunks', () => {
  const source = Random.fromSeed(5)
  let gradients = 0
  for (const [part, batch] of SEVERAL_CHUNKS) {
    const size: LshSize = { heads: 1, dim: 2, chunk: 2, buckets: 4, rounds: 2, ...part }
    gradients += compareFiniteDifferences(caseOf(JSON.stringify(part), size, batch, source))
  }
  assert.equal(gradients, 14)
})

function sequenceOf({ type, shape, data }: Tensor, at: number, length = shape[1]): Tensor {
  const [, time, ...rest] = shape
  const step = rest.reduce((a, b) => a * b, 1)
  const from = at * time * step
  return {
    type,
    shape: [1, length, ...rest],
    data: Float64Array.from(data.slice(from, from + length * step), Number),
  }
}

test('its weights, written out, give its results; rows sum to one, but rows of padding are zero', async () => {
  const source = Random.fromSeed(6)
  let rows = 0
  for (const [part, batch] of SEVERAL_CHUNKS) {
    const size: LshSize = { heads: 2, dim: 2, chunk: 2, buckets: 4, rounds: 2, ...part }
    const c = { ...caseOf(JSON.stringify(part), size, batch, source), wrt: [] }
    const written = graphOf(c, (g, { queries, values, rotations, lengths }) => {
      const layout = lshLayout(g, queries, lengths, size)
      const order = lshSort(g, queries, rotations, layout, size)
      const weights = lshAttentionWeights(g, queries, order, layout, size)
      const ones = g.constantOfShape(g.concat([g.shape(values, { end: 3 }), g.int64([1])], 0), 1)
      const both = g.transpose(g.concat([values, ones], 3), [0, 2, 1, 3])
      return g.transpose(g.matMul(weights, both), [0, 2, 1, 3]) // [batch, time, heads, dim + 1]
    })
    const graph = graphOf(c)
    const found = (await runNative(written, feedsOf(c, written))).y.data
    const { data } = (await runNative(graph, feedsOf(c, graph))).y
    for (let row = 0; row * size.dim < data.length; row++) {
      const time = Math.floor(row / size.heads) % batch.time
      const length = batch.lengths[Math.floor(row / (size.heads * batch.time))]
      const [own, sum] = [
        found.slice(row * (size.dim + 1), row * (size.dim + 1) + size.dim),
        found[(row + 1) * (size.dim + 1) - 1],
      ]
      assert.ok(Math.abs(Number(sum) - Number(time < length)) < FLOAT32)
      own.forEach((cell, d) => {
        assert.ok(Math.abs(Number(cell) - Number(data[row * size.dim + d])) < FLOAT32)
      })
      rows++
    }
  }
  assert.equal(rows, 126)
})

const anySize = fc.record({
  heads: fc.integer({ min: 1, max: 3 }),
  dim: fc.integer({ min: 1, max: 4 }),
  chunk: fc.integer({ min: 1, max: 5 }),
  buckets: fc.integer({ min: 1, max: 4 }).map(half => 2 * half),
  rounds: fc.integer({ min: 1, max: 4 }),
  lookBack: fc.integer({ min: 0, max: 2 }),
  lookAhead: fc.integer({ min: 0, max: 2 }),
})
const anyBatch = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([lengths, more]) => ({ lengths, time: Math.max(...lengths) + more }))

test('it equals loops over single sequences, for any sizes, rounds and padding', async () => {
  let sequences = 0
  const rounds = new Set<number>()
  await fc.assert(
    fc.asyncProperty(anySize, anyBatch, fc.integer({ min: 0, max: 1e6 }), async (size, batch, seed) => {
      rounds.add(size.rounds)
      const c = { ...caseOf('any', size, batch, Random.fromSeed(seed)), wrt: [] }
      const graph = graphOf(c)
      const answers = [
        runReference(graph, feedsOf(c, graph)).y,
        (await runNative(graph, feedsOf(c, graph))).y,
      ]
      for (const [b, length] of batch.lengths.entries()) {
        const expected = plainSequence(c, size, b, length)
        for (const [at, y] of answers.entries()) {
          const gap = difference(sequenceOf(y, b, length), expected)
          assert.ok(gap < (at === 0 ? 1e-9 : FLOAT32), `sequence ${b}: off by ${gap}`)
          const all = sequenceOf(y, b).data as Float64Array
          assert.ok(
            all.subarray(expected.data.length).every(cell => cell === 0),
            'padding is zero',
          )
        }
        sequences++
      }
    }),
    { numRuns: 60, seed: 7 },
  )
  assert.ok(sequences >= 60)
  assert.equal(rounds.size, 4)
})

/** `[1, length, heads, dim]` by loops. */
function plainSequence(c: LayerCase, size: LshSize, sequence: number, length: number): Tensor {
  const { heads, dim, rounds, buckets } = size
  const half = buckets / 2
  const rotation = c.inputs.rotations.tensor.data
  const rotations = Array.from({ length: rounds }, (_, r) =>
    Array.from({ length: dim }, (_, d) =>
      Array.from({ length: half }, (_, j) => Number(rotation[(d * rounds + r) * half + j])),
    ),
  )
  const rowsOf = (tensor: Tensor, head: number) => {
    const { data } = sequenceOf(tensor, sequence, length)
    return Array.from({ length }, (_, t) =>
      Array.from({ length: dim }, (_, d) => Number(data[(t * heads + head) * dim + d])),
    )
  }
  const result = new Float64Array(length * heads * dim)
  for (let head = 0; head < heads; head++) {
    const [q, v] = [rowsOf(c.inputs.queries.tensor, head), rowsOf(c.inputs.values.tensor, head)]
    plainLsh(q, v, rotations, size).forEach((row, t) => {
      result.set(row, (t * heads + head) * dim)
    })
  }
  return { type: 'float64', shape: [1, length, heads, dim], data: result }
}
