import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { GraphBuilder } from '../graph/builder.js'
import { difference, runNative, runReference } from '../graph/testing/check.js'
import { toKeyBias } from './attention.js'
import { learnedPositions, rotaryTables, rotate, sinusoidalPositions } from './positions.js'
import {
  batchPadding,
  dropped,
  type Inputs,
  parameterInputs,
  rotaryAngles,
  transformerOf,
} from './testing/attention-case.js'
import {
  type Batch,
  type Build,
  compareFiniteDifferences,
  compareTwins,
  type LayerCase,
  random,
  SHAPES,
} from './testing/layer-case.js'
import { comparePadding } from './testing/padding.js'
import { plainTransformer } from './testing/plain-attention.js'
import { type TransformerSize, transformer, transformerParameters } from './transformer.js'

interface Setting extends TransformerSize {
  readonly rotary?: boolean
  readonly dropout?: boolean
}

// A head of 1 or 4 features: 1/√features is exact in float32, so that twins can agree to the last digits
const SETTINGS: readonly Setting[] = [
  { layers: 1, width: 8, heads: 2, feedForward: 3, norm: 'pre', activation: 'gelu' },
  { layers: 1, width: 4, heads: 1, feedForward: 5, norm: 'post', activation: 'relu', dropout: true },
  { layers: 2, width: 4, heads: 1, feedForward: 2, norm: 'pre', activation: 'relu', rotary: true },
  { layers: 2, width: 3, heads: 3, feedForward: 4, norm: 'post', activation: 'gelu' },
]

interface TransformerCase extends LayerCase {
  readonly twin: Build
  readonly batch: Batch
}

function transformerCase(source: Random, size: Setting, batch: Batch): TransformerCase {
  const { width, heads, rotary } = size
  const weights = parameterInputs(source, transformerParameters(size), batch)
  const masks: Inputs = size.dropout
    ? {
        weights: dropped(source, ['batch', heads, 'time', 'time'], batch),
        attention: dropped(source, ['batch', 'time', width], batch),
        hidden: dropped(source, ['batch', 'time', size.feedForward], batch),
        feedForward: dropped(source, ['batch', 'time', width], batch),
      }
    : {}
  return {
    name: `transformer ${JSON.stringify(size)}, time ${batch.time}, lengths ${batch.lengths}`,
    batch,
    inputs: {
      x: random(source, ['batch', 'time', width], batch),
      ...weights,
      ...masks,
      ...batchPadding(batch),
      ...(rotary && { angles: rotaryAngles(width / heads, batch) }),
    },
    wrt: ['x', ...Object.keys(weights)],
    layer: (g, v) => {
      const { weights, attention, hidden, feedForward } = v
      return transformer(
        g,
        v.x,
        transformerOf(v, size),
        size,
        { keyBias: toKeyBias(g, v.mask), rotary: rotary ? rotaryTables(g, v.x, width / heads) : null },
        () => ({ weights, attention, hidden, feedForward }),
      ).output
    },
    twin: (g, v) =>
      plainTransformer(g, v.x, transformerOf(v, size), size, { mask: v.mask, angles: v.angles }, v),
  }
}

function cases(): TransformerCase[] {
  const source = Random.fromSeed(22)
  return SETTINGS.flatMap(size => SHAPES.map(batch => transformerCase(source, size, batch)))
}

test('transformers equal their twins of plain operators; with few steps, finite differences too', async () => {
  const count = { cases: 0, gradients: 0, tensors: 0 }
  for (const c of cases()) {
    count.tensors += await compareTwins(c, c.twin)
    if (c.batch.time <= 3) count.gradients += compareFiniteDifferences(c)
    count.cases++
  }
  const weights = 15 + 13 + 27 + 25
  assert.deepEqual(count, { cases: 20, gradients: 3 * weights, tensors: 4 * (2 * 20 + 5 * weights) })
})

test('padding changes nothing in a transformer, and sends no gradient', async () => {
  let sequences = 0
  for (const c of cases()) sequences += await comparePadding(c, c.batch)
  assert.equal(sequences, 4 * (4 + 2 + 1 + 1 + 3))
})

test('sinusoidal positions are the sines and cosines of the paper', async () => {
  let compared = 0
  for (const dim of [1, 2, 5, 8]) {
    const g = new GraphBuilder('positions')
    const x = g.input('x', 'float32', ['batch', 'time', 3])
    const graph = g.finish({ y: sinusoidalPositions(g, x, dim) })
    for (const time of [1, 7, 300]) {
      const right = Float64Array.from({ length: time * dim }, (_, at) => {
        const feature = at % dim
        const angle = Math.floor(at / dim) / 10_000 ** ((feature - (feature % 2)) / dim)
        return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
      })
      const feeds = { x: { type: 'float32', shape: [2, time, 3], data: new Float32Array(6 * time) } } as const
      const expected = { type: 'float64', shape: [time, dim], data: right } as const
      // An angle of 300 has a float32's last digit at 3e-5
      assert.ok(difference((await runNative(graph, feeds)).y, expected) < 3e-5)
      assert.ok(difference(runReference(graph, feeds).y, expected) < 3e-5)
      compared++
    }
  }
  assert.equal(compared, 12)
})

test('steps beyond a learned table of positions take its last row', () => {
  const g = new GraphBuilder('positions')
  const x = g.input('x', 'float32', ['batch', 'time', 1])
  const table = g.input('table', 'float32', [3, 2])
  const graph = g.finish({ y: learnedPositions(g, x, table) })
  const rows = (time: number) => {
    const feeds = {
      x: { type: 'float32', shape: [1, time, 1], data: new Float32Array(time) },
      table: { type: 'float32', shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    } as const
    return Array.from(runReference(graph, feeds).y.data, Number)
  }
  assert.deepEqual(rows(2), [1, 2, 3, 4])
  assert.deepEqual(rows(5), [1, 2, 3, 4, 5, 6, 5, 6, 5, 6])
})

test('after rotation, a product of query and key knows their distance alone', async () => {
  const g = new GraphBuilder('rotary')
  const q = g.input('q', 'float32', ['batch', 'time', 6])
  const k = g.input('k', 'float32', ['batch', 'time', 6])
  const tables = rotaryTables(g, q, 6)
  const turned = (x: typeof q) => rotate(g, x, tables)
  const graph = g.finish({ y: g.matMul(turned(q), turned(k), { transB: true }) })
  const time = 9
  const source = Random.fromSeed(5)
  const repeated = () => {
    const one = Array.from({ length: 6 }, () => source.float() * 2 - 1)
    const data = Float32Array.from({ length: 6 * time }, (_, at) => one[at % 6])
    return { type: 'float32', shape: [1, time, 6], data } as const
  }
  const { y } = await runNative(graph, { q: repeated(), k: repeated() })
  const score = (i: number, j: number) => Number(y.data[i * time + j])
  let compared = 0
  for (let i = 1; i < time; i++)
    for (let j = 1; j < time; j++) {
      assert.ok(Math.abs(score(i, j) - score(i - 1, j - 1)) < 1e-5)
      compared++
    }
  assert.equal(compared, 64)
  assert.ok(Math.abs(score(0, 3) - score(3, 0)) > 1e-3, 'and tells before from after')
  assert.throws(() => rotaryTables(g, q, 5), /an even number of features/)
})
