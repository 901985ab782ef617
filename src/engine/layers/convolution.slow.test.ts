import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { type ConvStackSize, conv1dParameters, convStack, convStackSizes } from './convolution.js'
import {
  type Batch,
  type Build,
  compareFiniteDifferences,
  compareTwins,
  type LayerCase,
  type LayerInput,
  paddingInputs,
  random,
  SHAPES,
} from './testing/layer-case.js'
import { comparePadding } from './testing/padding.js'

const SIZES: readonly ConvStackSize[] = [
  { inputs: 3, outputs: 2, width: 3, dilations: [1, 2], residual: false },
  { inputs: 2, outputs: 2, width: 3, dilations: [1, 2, 1], residual: true },
  { inputs: 3, outputs: 2, width: 2, dilations: [1, 1], residual: true },
]

interface StackCase extends LayerCase {
  readonly batch: Batch
  readonly twin: Build
}

function stackCase(source: Random, size: ConvStackSize, batch: Batch): StackCase {
  const weights: Record<string, LayerInput> = {}
  convStackSizes(size).forEach((own, layer) => {
    weights[`${layer}.weight`] = random(source, conv1dParameters(own).weight.shape, batch)
    weights[`${layer}.bias`] = random(source, [own.outputs, 1], batch)
  })
  return {
    name: `conv-stack ${JSON.stringify(size)}, lengths ${batch.lengths}`,
    batch,
    inputs: {
      x: random(source, ['time', size.inputs, 'batch'], batch),
      keep: paddingInputs(batch).keep,
      ...weights,
    },
    wrt: ['x', ...Object.keys(weights)],
    layer: (g, v) => {
      const parts = size.dilations.map((_, l) => ({ weight: v[`${l}.weight`], bias: v[`${l}.bias`] }))
      return convStack(g, v.x, v.keep, parts, size)
    },
    twin: (g, v) => {
      let y = v.x
      convStackSizes(size).forEach((own, l) => {
        const next = g.max(onnxConvolution(g, g.mul(y, v.keep), v[`${l}.weight`], v[`${l}.bias`], own), 0)
        y = size.residual && own.inputs === own.outputs ? g.add(y, next) : next
      })
      return y
    },
  }
}

/** With ONNX's own operator, `[batch, features, time]`. */
function onnxConvolution(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value,
  { inputs, outputs, width, dilation = 1 }: ReturnType<typeof convStackSizes>[number],
): Value {
  const beyond = (width - 1) * dilation
  const left = Math.floor(beyond / 2)
  const kernel = g.transpose(g.reshape(weight, [outputs, width, inputs]), [0, 2, 1])
  const y = g.apply('Conv', [g.transpose(x, [2, 1, 0]), kernel, g.reshape(bias, [-1])], {
    dilations: [dilation],
    pads: [left, beyond - left],
  })
  return g.transpose(y, [2, 1, 0])
}

test('stacks of convolutions equal their twins, and padding changes nothing', async () => {
  const source = Random.fromSeed(23)
  const count = { cases: 0, tensors: 0, gradients: 0, sequences: 0 }
  for (const size of SIZES)
    for (const batch of SHAPES) {
      const c = stackCase(source, size, batch)
      count.tensors += await compareTwins(c, c.twin)
      count.gradients += compareFiniteDifferences(c)
      count.sequences += await comparePadding(c, batch)
      count.cases++
    }
  const gradients = 5 * (5 + 7 + 5)
  assert.deepEqual(count, { cases: 15, gradients, tensors: 4 * (2 * 15 + gradients), sequences: 3 * 11 })
})

test('dilations widen what a step sees', () => {
  const sizes = convStackSizes({ inputs: 5, outputs: 7, width: 3, dilations: [1, 2, 4], residual: false })
  assert.deepEqual(
    sizes.map(size => [size.inputs, size.outputs, size.dilation]),
    [
      [5, 7, 1],
      [7, 7, 2],
      [7, 7, 4],
    ],
  )
})
