import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import { difference, randomTensor, runNative, runReference } from '../graph/testing/check.js'
import type { Value } from '../graph/value.js'
import { chunkedFeedForward } from './chunked-feed-forward.js'
import { rotationsShape } from './lsh-sort.js'
import { type ReformerOptions, type ReformerSize, reformer, reformerShapes } from './reformer.js'
import {
  type Batch,
  compareFiniteDifferences,
  compareTwins,
  feedsOf,
  given,
  graphOf,
  type LayerCase,
  type LayerInput,
  SHAPES,
  type Values,
} from './testing/layer-case.js'

const CHUNKS = [1, 2, 3, 7, 100]

test('the feed-forward part in chunks equals the whole at once', async () => {
  const source = Random.fromSeed(8)
  let tensors = 0
  for (const chunk of CHUNKS)
    for (const { time, lengths } of SHAPES) {
      const random = (dims: readonly (string | number)[], shape: readonly number[]) =>
        given(dims, randomTensor(source, shape))
      const c: LayerCase = {
        name: `chunk ${chunk}, time ${time}, ${lengths.length} sentences`,
        inputs: {
          x: random(['batch', 'time', 3], [lengths.length, time, 3]),
          inner: random([3, 5], [3, 5]),
          innerBias: random([5], [5]),
          outer: random([5, 3], [5, 3]),
          outerBias: random([3], [3]),
        },
        wrt: ['x', 'inner', 'innerBias', 'outer', 'outerBias'],
        layer: (g, { x, inner, innerBias, outer, outerBias }) =>
          chunkedFeedForward(g, x, { inner, innerBias, outer, outerBias }, chunk),
      }
      tensors += await compareTwins(c, (g, { x, inner, innerBias, outer, outerBias }) => {
        const middle = g.relu(g.add(g.matMul(x, inner), innerBias))
        return g.add(g.matMul(middle, outer), outerBias)
      })
      tensors += compareFiniteDifferences(c)
    }
  assert.equal(tensors, CHUNKS.length * SHAPES.length * (4 * 7 + 5))
})

const SIZE: ReformerSize = {
  width: 6,
  layers: 3,
  heads: 2,
  dim: 4,
  chunk: 2,
  buckets: 4,
  rounds: 2,
  feedForward: 5,
  feedForwardChunk: 4,
  rotary: true,
}

function caseOf(size: ReformerSize, { time, lengths }: Batch, dropout: boolean): LayerCase {
  const source = Random.fromSeed(9)
  const shapes = reformerShapes(size)
  const batch = lengths.length
  const inputs: Record<string, LayerInput> = {
    x: given(['batch', 'time', size.width], randomTensor(source, [batch, time, size.width])),
    lengths: given(['batch'], { type: 'int32', shape: [batch], data: Int32Array.from(lengths) }),
    rotations: given(rotationsShape(size), randomTensor(source, rotationsShape(size))),
    keep: given(['batch', 'time', 1], {
      type: 'float32',
      shape: [batch, time, 1],
      data: Float32Array.from(
        lengths.flatMap(length => Array.from({ length: time }, (_, t) => Number(t < length))),
      ),
    }),
  }
  for (const [name, shape] of Object.entries(shapes)) inputs[name] = given(shape, randomTensor(source, shape))
  if (dropout)
    for (const name of ['attentionMask', 'feedForwardMask']) {
      const dims = [size.layers, batch, 1, size.width]
      inputs[name] = given([size.layers, 'batch', 1, size.width], randomTensor(source, dims, 0, 2))
    }
  const build = (options: ReformerOptions) => (g: GraphBuilder, values: Values) =>
    layers(g, values, size, options)
  return {
    name: JSON.stringify({ ...size, lengths }),
    inputs,
    wrt: ['x', ...Object.keys(shapes)],
    layer: build({}),
  }
}

function layers(g: GraphBuilder, values: Values, size: ReformerSize, options: ReformerOptions): Value {
  const { lengths, rotations, attentionMask, feedForwardMask } = values
  const weights = Object.fromEntries(
    Object.keys(reformerShapes(size)).map(name => [name, values[name]]),
  ) as Parameters<typeof reformer>[2]
  const masks = attentionMask && { attention: attentionMask, feedForward: feedForwardMask }
  return reformer(g, values.x, weights, { lengths, rotations, masks }, size, options)
}

const VARIANTS: readonly (readonly [Partial<ReformerSize>, Batch, boolean])[] = [
  [{}, { time: 7, lengths: [7, 4, 1] }, true],
  [{ chunk: 8 }, { time: 5, lengths: [5, 2] }, false],
  [{ layers: 1, rotary: false, rounds: 3 }, { time: 6, lengths: [6, 5] }, false],
  [{ layers: 6, lookAhead: 1 }, { time: 9, lengths: [9] }, true],
]

test("reversible layers have the plain ones' results and gradients", async () => {
  let tensors = 0
  for (const [part, batch, dropout] of VARIANTS) {
    const size = { ...SIZE, ...part }
    const c = caseOf(size, batch, dropout)
    const own = graphOf(c)
    const plain = graphOf(c, (g, values) => layers(g, values, size, { residuals: 'plain' }))
    const exact = runReference(plain, feedsOf(c, plain))
    const answers = {
      float64: [runReference(own, feedsOf(c, own)), 1e-9],
      node: [await runNative(own, feedsOf(c, own)), 1e-4],
    } as const
    for (const [runtime, [found, limit]] of Object.entries(answers))
      for (const name of Object.keys(exact)) {
        const gap = difference(found[name], exact[name])
        assert.ok(gap <= limit, `${c.name}, ${name}, ${runtime}: off by ${gap}`)
        tensors++
      }
  }
  assert.equal(tensors, VARIANTS.length * 2 * 16)
})
