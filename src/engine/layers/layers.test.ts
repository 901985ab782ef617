import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import { difference, runNative } from '../graph/testing/check.js'
import type { Value } from '../graph/value.js'
import { fillDropoutMask } from '../optim/dropout-mask.js'
import { type Conv1dSize, conv1d, conv1dWeightShape } from './conv1d.js'
import { dropout } from './dropout.js'
import { embedding } from './embedding.js'
import { highway } from './highway.js'
import { layerNorm, layerNormLast } from './layer-norm.js'
import { linear } from './linear.js'
import { softmaxLoss } from './softmax-loss.js'
import {
  type Batch,
  type Build,
  compareFiniteDifferences,
  compareTwins,
  feedsOf,
  given,
  graphOf,
  type LayerCase,
  type LayerInput,
  paddingInputs,
  random,
  SHAPES,
} from './testing/layer-case.js'

interface TwinCase extends LayerCase {
  readonly twin: Build
}

type Inputs = Readonly<Record<string, LayerInput>>

/** A layer's cases over sizes and shapes of batches. */
function* over<Size>(
  sizes: readonly Size[],
  make: (source: Random, size: Size, batch: Batch) => Omit<TwinCase, 'name'>,
): Generator<TwinCase> {
  const source = Random.fromSeed(11)
  for (const size of sizes)
    for (const batch of SHAPES)
      yield {
        name: `${JSON.stringify(size)}, time ${batch.time}, lengths ${batch.lengths}`,
        ...make(source, size, batch),
      }
}

async function compareAll(cases: Iterable<TwinCase>): Promise<{ cases: number; tensors: number }> {
  const count = { cases: 0, tensors: 0 }
  for (const c of cases) {
    count.tensors += await compareTwins(c, c.twin)
    count.tensors += compareFiniteDifferences(c)
    count.cases++
  }
  return count
}

/** Four comparisons of the loss, y and each gradient, and one of each gradient with finite differences. */
const compared = (cases: number, gradients: number) => cases * (4 * (2 + gradients) + gradients)

const keepOf = (batch: Batch): Inputs => ({ keep: paddingInputs(batch).keep })

test('linear equals its twin', async () => {
  const cases = over(
    [
      [3, 4],
      [1, 1],
    ],
    (source, [inputs, outputs], batch) => ({
      inputs: {
        x: random(source, ['time', inputs, 'batch'], batch),
        weight: random(source, [outputs, inputs], batch),
        bias: random(source, [outputs, 1], batch),
        ...keepOf(batch),
      },
      wrt: ['x', 'weight', 'bias'],
      layer: (g, { x, weight, bias }) => linear(g, x, weight, bias, { inputs, outputs }),
      twin: (g, { x, weight, bias }) => g.add(g.matMul(weight, x), bias),
    }),
  )
  assert.deepEqual(await compareAll(cases), { cases: 10, tensors: compared(10, 3) })
})

/** Float32 holds it exactly. */
const EPSILON = 2 ** -10

test('layer normalization equals its twins, features in the middle and last', async () => {
  const middle = over([4, 2, 1], (source, features, batch) => ({
    inputs: {
      x: random(source, ['time', features, 'batch'], batch),
      scale: random(source, [features, 1], batch),
      bias: random(source, [features, 1], batch),
      ...keepOf(batch),
    },
    wrt: ['x', 'scale', 'bias'],
    layer: (g, { x, scale, bias }) => layerNorm(g, x, scale, bias, { epsilon: EPSILON }),
    twin: (g, { x, scale, bias }) => {
      const flat = (value: Value) => g.reshape(value, [-1])
      const turned = g.transpose(x, [0, 2, 1])
      const options = { axis: -1, epsilon: EPSILON }
      return g.transpose(g.layerNormalization(turned, flat(scale), flat(bias), options), [0, 2, 1])
    },
  }))
  assert.deepEqual(await compareAll(middle), { cases: 15, tensors: compared(15, 3) })
  const last = over([4, 2, 1], (source, features, batch) => ({
    inputs: {
      x: random(source, ['batch', 'time', features], batch),
      scale: random(source, [features], batch),
      bias: random(source, [features], batch),
    },
    wrt: ['x', 'scale', 'bias'],
    layer: (g, { x, scale, bias }) => layerNormLast(g, x, scale, bias, { epsilon: EPSILON }),
    twin: (g, { x, scale, bias }) => {
      const average = (value: Value) => g.reduceMean(value, [-1], { keepDims: true })
      const centered = g.sub(x, average(x))
      const deviation = g.sqrt(g.add(average(g.mul(centered, centered)), EPSILON))
      return g.add(g.mul(g.div(centered, deviation), scale), bias)
    },
  }))
  assert.deepEqual(await compareAll(last), { cases: 15, tensors: compared(15, 3) })
})

test("dropout equals its twin under masks of the run's generator", async () => {
  const cases = over([0.3, 0.5], (source, p, batch) => {
    const shape = [batch.time, 5, batch.lengths.length]
    const data = fillDropoutMask(new Float32Array(shape[0] * shape[1] * shape[2]), p, source)
    return {
      inputs: {
        x: random(source, ['time', 5, 'batch'], batch),
        dropped: given(['time', 5, 'batch'], { type: 'float32', shape, data }),
      },
      wrt: ['x'],
      layer: (g, { x, dropped }) => dropout(g, x, dropped),
      twin: (g, { x, dropped }) => g.where(g.greater(dropped, 0), g.mul(x, Math.fround(1 / (1 - p))), 0),
    }
  })
  assert.deepEqual(await compareAll(cases), { cases: 10, tensors: compared(10, 1) })
  const variational = over([1], (source, features, batch) => ({
    inputs: {
      x: random(source, ['time', features, 'batch'], batch),
      sentenceMask: random(source, [1, features, 'batch'], batch),
    },
    wrt: ['x'],
    layer: (g, { x, sentenceMask }) => dropout(g, x, sentenceMask),
    twin: (g, { x, sentenceMask }) => g.mul(x, g.expandTo(sentenceMask, g.shape(x))),
  }))
  assert.deepEqual(await compareAll(variational), { cases: 5, tensors: compared(5, 1) })
})

test('highway equals its twin', async () => {
  const cases = over([3, 1], (source, size, batch) => ({
    inputs: {
      x: random(source, ['time', size, 'batch'], batch),
      weight: random(source, [2 * size, size], batch),
      bias: random(source, [2 * size, 1], batch),
      ...keepOf(batch),
    },
    wrt: ['x', 'weight', 'bias'],
    layer: (g, { x, weight, bias }) => highway(g, x, weight, bias, size),
    twin: (g, { x, weight, bias }) => {
      const rows = (value: Value, start: number) => g.slice(value, { axis: 0, start, end: start + size })
      const affine = (start: number) => g.add(g.matMul(rows(weight, start), x), rows(bias, start))
      const [h, t] = [g.relu(affine(0)), g.sigmoid(affine(size))]
      return g.add(g.mul(t, h), g.mul(g.sub(1, t), x))
    },
  }))
  assert.deepEqual(await compareAll(cases), { cases: 10, tensors: compared(10, 3) })
})

const WINDOWS: readonly Conv1dSize[] = [
  { inputs: 3, outputs: 4, width: 3 },
  { inputs: 2, outputs: 3, width: 3, dilation: 2 },
  { inputs: 2, outputs: 2, width: 4 },
  { inputs: 2, outputs: 1, width: 2, dilation: 3 },
  { inputs: 1, outputs: 2, width: 1 },
  { inputs: 1, outputs: 1, width: 7 },
]

function* convolutions(): Generator<TwinCase> {
  yield* over(WINDOWS, (source, size, batch) => ({
    inputs: {
      x: random(source, ['time', size.inputs, 'batch'], batch),
      weight: random(source, conv1dWeightShape(size), batch),
      bias: random(source, [size.outputs, 1], batch),
      ...keepOf(batch),
    },
    wrt: ['x', 'weight', 'bias'],
    layer: (g, { x, keep, weight, bias }) => conv1d(g, x, keep, weight, bias, size),
    twin: (g, { x, keep, weight, bias }) => convolutionTwin(g, g.mul(x, keep), weight, bias, size),
  }))
}

/** The same with ONNX's own convolution. */
function convolutionTwin(g: GraphBuilder, x: Value, weight: Value, bias: Value, size: Conv1dSize): Value {
  const { inputs, outputs, width, dilation = 1 } = size
  const beyond = (width - 1) * dilation
  const left = Math.floor(beyond / 2)
  const kernel = g.transpose(g.reshape(weight, [outputs, width, inputs]), [0, 2, 1])
  const pads = [left, beyond - left] as const
  const y = g.conv(g.transpose(x, [2, 1, 0]), kernel, g.reshape(bias, [-1]), { dilation, pads })
  return g.transpose(y, [2, 1, 0])
}

test('1-d convolution equals its twin', async () => {
  assert.deepEqual(await compareAll(convolutions()), { cases: 30, tensors: compared(30, 3) })
  // Without a mask, on features that are zero at padding.
  for (const c of [...convolutions()].slice(0, 5)) {
    const layer: Build = (g, { x, keep, weight, bias }) =>
      conv1d(g, g.mul(x, keep), null, weight, bias, WINDOWS[0])
    assert.equal(await compareTwins({ ...c, layer }, c.twin), 4 * 5)
  }
})

test('a convolution sees zeros after a sentence, whatever the batch', async () => {
  let sentences = 0
  for (const c of convolutions()) {
    const graph = graphOf(c)
    const { y } = await runNative(graph, feedsOf(c, graph))
    const { shape, data } = c.inputs.x.tensor
    const batch = shape[2]
    const { keep } = c.inputs
    for (let b = 0; b < batch; b++) {
      const column = (values: ArrayLike<number | bigint>, time: number, rows: number) =>
        Float32Array.from({ length: time * rows }, (_, at) => Number(values[at * batch + b]))
      const length = column(keep.tensor.data, shape[0], 1).reduce((a, bit) => a + bit, 0)
      const own: LayerCase = {
        ...c,
        inputs: {
          ...c.inputs,
          x: given(c.inputs.x.dims, {
            type: 'float32',
            shape: [length, shape[1], 1],
            data: column(data, length, shape[1]),
          }),
          keep: paddingInputs({ time: length, lengths: [length] }).keep,
        },
      }
      const { y: alone } = await runNative(graph, feedsOf(own, graph))
      const rows = alone.shape[1]
      const found = { ...alone, data: column(y.data, length, rows) }
      assert.ok(difference(found, alone) <= 1e-6, `${c.name}, sentence ${b}`)
      sentences++
    }
  }
  assert.equal(sentences, 6 * (4 + 2 + 1 + 1 + 3))
})

test('embedding equals its twin, a product with one-hot rows', async () => {
  const cases = over(
    [
      [5, 3],
      [1, 1],
      [40, 2],
    ],
    (source, [rows, dim], batch) => {
      const shape = [batch.time, batch.lengths.length]
      const data = Int32Array.from({ length: shape[0] * shape[1] }, () => source.below(rows))
      return {
        inputs: {
          table: random(source, [rows, dim], batch),
          ids: given(['time', 'batch'], { type: 'int32', shape, data }),
          ...keepOf(batch),
        },
        wrt: ['table'],
        layer: (g, { table, ids }) => embedding(g, table, ids),
        twin: (g, { table, ids }) =>
          g.matMul(g.transpose(table, [1, 0]), g.oneHot(g.cast(ids, 'int64'), rows, { axis: 1 })),
      }
    },
  )
  assert.deepEqual(await compareAll(cases), { cases: 15, tensors: compared(15, 1) })
})

test('the softmax loss equals its twin', async () => {
  const cases = over([0, 2, 0.5], (source, focalGamma, batch) => {
    const tags = 4
    const shape = [batch.time, tags, batch.lengths.length]
    const gold = new Float32Array(shape[0] * shape[1] * shape[2])
    batch.lengths.forEach((length, b) => {
      for (let t = 0; t < length; t++)
        gold[(t * tags + source.below(tags)) * shape[2] + b] = 0.5 + source.float()
    })
    return {
      inputs: {
        logits: random(source, ['time', tags, 'batch'], batch),
        gold: given(['time', tags, 'batch'], { type: 'float32', shape, data: gold }),
        scale: given([], { type: 'float32', shape: [], data: Float32Array.of(0.25) }),
      },
      wrt: ['logits'],
      layer: (g, { logits, gold, scale }) => softmaxLoss(g, logits, gold, scale, { focalGamma }),
      twin: (g, { logits, gold, scale }) => {
        const weights = g.exp(logits)
        const p = g.div(weights, g.reduceSum(weights, [1], { keepDims: true }))
        const each = g.mul(g.pow(g.sub(1, p), g.constant(focalGamma)), g.log(p))
        return g.neg(g.mul(g.reduceSum(g.mul(gold, each), [0, 1, 2]), scale))
      },
    }
  })
  assert.deepEqual(await compareAll(cases), { cases: 15, tensors: compared(15, 1) })
})
