import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import { difference, runNative } from '../graph/testing/check.js'
import type { Value } from '../graph/value.js'
import { type Conv1dSize, conv1d, conv1dParameters } from './convolution.js'
import { layerNorm } from './layer-norm.js'
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
      layer: (g, { x, weight, bias }) => linear(g, x, weight, bias),
      twin: (g, { x, weight, bias }) => g.add(g.matMul(weight, x), bias),
    }),
  )
  assert.deepEqual(await compareAll(cases), { cases: 10, tensors: compared(10, 3) })
})

/** Float32 holds it exactly. */
const EPSILON = 2 ** -10

test('layer normalization equals its twin', async () => {
  const cases = over([4, 2, 1], (source, features, batch) => ({
    inputs: {
      x: random(source, ['batch', 'time', features], batch),
      scale: random(source, [features], batch),
      bias: random(source, [features], batch),
    },
    wrt: ['x', 'scale', 'bias'],
    layer: (g, { x, scale, bias }) => layerNorm(g, x, scale, bias, EPSILON),
    twin: (g, { x, scale, bias }) => {
      const average = (value: Value) => g.reduceMean(value, [-1], { keepDims: true })
      const centered = g.sub(x, average(x))
      const deviation = g.sqrt(g.add(average(g.mul(centered, centered)), EPSILON))
      return g.add(g.mul(g.div(centered, deviation), scale), bias)
    },
  }))
  assert.deepEqual(await compareAll(cases), { cases: 15, tensors: compared(15, 3) })
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
      weight: random(source, conv1dParameters(size).weight.shape, batch),
      bias: random(source, [size.outputs, 1], batch),
      ...keepOf(batch),
    },
    wrt: ['x', 'weight', 'bias'],
    layer: (g, { x, keep, weight, bias }) => conv1d(g, x, keep, { weight, bias }, size),
    twin: (g, { x, keep, weight, bias }) => convolutionTwin(g, g.mul(x, keep), weight, bias, size),
  }))
}

/** The same with ONNX's own convolution. */
function convolutionTwin(g: GraphBuilder, x: Value, weight: Value, bias: Value, size: Conv1dSize): Value {
  const { inputs, outputs, width, dilation = 1 } = size
  const beyond = (width - 1) * dilation
  const left = Math.floor(beyond / 2)
  const kernel = g.transpose(g.reshape(weight, [outputs, width, inputs]), [0, 2, 1])
  const y = g.apply('Conv', [g.transpose(x, [2, 1, 0]), kernel, g.reshape(bias, [-1])], {
    dilations: [dilation],
    pads: [left, beyond - left],
  })
  return g.transpose(y, [2, 1, 0])
}

test('1-d convolution equals its twin', async () => {
  assert.deepEqual(await compareAll(convolutions()), { cases: 30, tensors: compared(30, 3) })
  // Without a mask, on features that are zero at padding.
  for (const c of [...convolutions()].slice(0, 5)) {
    const layer: Build = (g, { x, keep, weight, bias }) =>
      conv1d(g, g.mul(x, keep), null, { weight, bias }, WINDOWS[0])
    assert.equal(await compareTwins({ ...c, layer }, c.twin), 4 * 5)
  }
})

test('a convolution sees zeros after a sequence, whatever the batch', async () => {
  let sequences = 0
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
      assert.ok(difference(found, alone) <= 1e-6, `${c.name}, sequence ${b}`)
      sequences++
    }
  }
  assert.equal(sequences, 6 * (4 + 2 + 1 + 1 + 3))
})

test('the softmax loss equals its twin', async () => {
  const cases = over([0, 2, 0.5], (source, focalGamma, batch) => {
    const classes = 4
    const shape = [batch.time, classes, batch.lengths.length]
    const gold = new Float32Array(shape[0] * shape[1] * shape[2])
    batch.lengths.forEach((length, b) => {
      for (let t = 0; t < length; t++)
        gold[(t * classes + source.below(classes)) * shape[2] + b] = 0.5 + source.float()
    })
    return {
      inputs: {
        logits: random(source, ['time', classes, 'batch'], batch),
        gold: given(['time', classes, 'batch'], { type: 'float32', shape, data: gold }),
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
