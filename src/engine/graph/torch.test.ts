import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphBuilder } from './builder.js'
import { gradients } from './gradients.js'
import { isFloat, type Tensor } from './tensor.js'
import { difference, runNative, runReference } from './testing/check.js'
import { type OracleCase, readOracle, toTensor } from './testing/torch-oracle.js'
import type { Graph, Value } from './value.js'

const oracle = readOracle()

type Build = (g: GraphBuilder, inputs: readonly Value[]) => Value | readonly Value[]

const OPERATORS: Readonly<Record<string, Build>> = {
  abs: (g, [x]) => g.apply('Abs', [x]),
  cos: (g, [x]) => g.cos(x),
  elu: (g, [x]) => g.apply('Elu', [x], { alpha: 0.5 }),
  erf: (g, [x]) => g.apply('Erf', [x]),
  exp: (g, [x]) => g.exp(x),
  gelu: (g, [x]) => g.gelu(x),
  hardSwish: (g, [x]) => g.apply('HardSwish', [x]),
  'hardSwish at its bends': (g, [x]) => g.apply('HardSwish', [x]),
  leakyRelu: (g, [x]) => g.apply('LeakyRelu', [x], { alpha: 0.1 }),
  log: (g, [x]) => g.log(x),
  neg: (g, [x]) => g.neg(x),
  reciprocal: (g, [x]) => g.reciprocal(x),
  relu: (g, [x]) => g.relu(x),
  sigmoid: (g, [x]) => g.sigmoid(x),
  sin: (g, [x]) => g.sin(x),
  softplus: (g, [x]) => g.apply('Softplus', [x]),
  softsign: (g, [x]) => g.apply('Softsign', [x]),
  sqrt: (g, [x]) => g.sqrt(x),
  tanh: (g, [x]) => g.tanh(x),
  add: (g, [a, b]) => g.add(a, b),
  sub: (g, [a, b]) => g.sub(a, b),
  mul: (g, [a, b]) => g.mul(a, b),
  div: (g, [a, b]) => g.div(a, b),
  pow: (g, [a, b]) => g.pow(a, b),
  cube: (g, [x]) => g.pow(x, 3),
  fmod: (g, [a, b]) => g.mod(a, b, { fmod: true }),
  max: (g, [a, b]) => g.max(a, b),
  min: (g, [a, b]) => g.min(a, b),
  'max of equals': (g, [a, b]) => g.max(a, b),
  clip: (g, [x]) => g.apply('Clip', [x, g.scalar(-0.5, x.type), g.scalar(0.75, x.type)]),
  where: (g, [a, b]) => g.where(g.greater(a, b), a, g.mul(b, 2)),
  reduceL1: (g, [x]) => g.apply('ReduceL1', [x], { axes: [1], keepdims: 0 }),
  reduceL2: (g, [x]) => g.apply('ReduceL2', [x], { axes: [1], keepdims: 0 }),
  reduceLogSumExp: (g, [x]) => g.apply('ReduceLogSumExp', [x], { axes: [1], keepdims: 0 }),
  reduceMax: (g, [x]) => g.reduceMax(x, [1]),
  'reduceMax of equals': (g, [x]) => g.reduceMax(x, [0, 1]),
  reduceMean: (g, [x]) => g.reduceMean(x, [0, 2]),
  reduceMin: (g, [x]) => g.apply('ReduceMin', [x], { axes: [0], keepdims: 0 }),
  reduceProd: (g, [x]) => g.reduceProd(x, [1]),
  reduceSum: (g, [x]) => g.reduceSum(x, [0, 1]),
  reduceSumSquare: (g, [x]) => g.apply('ReduceSumSquare', [x], { axes: [1], keepdims: 0 }),
  cumSum: (g, [x]) => g.apply('CumSum', [x, g.scalar(1, 'int64')]),
  topK: (g, [x]) => g.apply('TopK', [x, g.int64([2])]),
  sort: (g, [x]) => g.apply('TopK', [x, g.int64([4])], { axis: 0, largest: 0 }),
  softmax: (g, [x]) => g.softmax(x),
  'softmax axis 1': (g, [x]) => g.softmax(x, 1),
  logSoftmax: (g, [x]) => g.logSoftmax(x),
  layerNormalization: (g, inputs) => g.apply('LayerNormalization', inputs),
  'layerNormalization axis 1': (g, inputs) => g.apply('LayerNormalization', inputs, { axis: 1 }),
  matMul: (g, [a, b]) => g.matMul(a, b),
  'matMul vectors': (g, [a, b]) => g.matMul(a, b),
  'matMul weight': (g, [a, b]) => g.matMul(a, b),
  'matMul batches': (g, [a, b]) => g.matMul(a, b),
  fusedMatMul: (g, [a, b]) => g.matMul(a, b, { transA: true, transB: true, alpha: 0.5 }),
  gemm: (g, inputs) => g.apply('Gemm', inputs, { transA: 1, transB: 1, alpha: 0.5, beta: 2 }),
  conv: (g, inputs) => g.apply('Conv', inputs, { pads: [1, 1] }),
  'conv strided': (g, inputs) => g.apply('Conv', inputs, { strides: [3], pads: [1, 1], dilations: [2] }),
  'conv groups': (g, inputs) => g.apply('Conv', inputs, { group: 2 }),
  convTranspose: (g, inputs) =>
    g.apply('ConvTranspose', inputs, { strides: [2], pads: [1, 1], output_padding: [1] }),
  maxPool: (g, inputs) => g.apply('MaxPool', inputs, { kernel_shape: [3], strides: [2], pads: [1, 1] }),
  concat: (g, xs) => g.concat(xs, 1),
  split: (g, [x]) => g.split(x, [1, 2], 1),
  slice: (g, [x]) => g.slice(g.slice(x, { axis: 0, start: 1, end: -1 }), { axis: 1, step: 2 }),
  pad: (g, [x]) => g.apply('Pad', [x, g.int64([0, 1, 1, 2]), g.scalar(3, x.type)]),
  tile: (g, [x]) => g.apply('Tile', [x, g.int64([2, 3])]),
  expand: (g, [x]) => g.expandTo(x, g.int64([3, 2, 4])),
  transpose: (g, [x]) => g.transpose(x, [2, 0, 1]),
  trilu: (g, [x]) =>
    g.add(
      g.apply('Trilu', [x, g.scalar(1, 'int64')]),
      g.apply('Trilu', [x, g.scalar(-1, 'int64')], { upper: 0 }),
    ),
  gather: (g, [x, at]) => g.gather(x, at),
  'gather axis 1': (g, [x, at]) => g.gather(x, at, { axis: 1 }),
  gatherElements: (g, inputs) => g.apply('GatherElements', inputs, { axis: 1 }),
  gatherND: (g, inputs) => g.apply('GatherND', inputs),
  'scatterElements add': (g, [x, at, updates]) => g.scatterElements(x, at, updates, { reduction: 'add' }),
  'scatterND add': (g, [x, at, updates]) => g.apply('ScatterND', [x, at, updates], { reduction: 'add' }),
}

const HIDDEN = 3

/** `[time, batch, 1]`: 0 at padding. */
function maskOf(g: GraphBuilder, x: Value): Value {
  const time = Number(x.shape[0])
  const cells = Array.from({ length: time }, (_, t) =>
    oracle.lengths.map(length => Number(t < length)),
  ).flat()
  return g.constant(Uint8Array.from(cells), [time, oracle.lengths.length, 1], 'bool')
}

/** torch.nn.LSTM from a Scan: gates i, f, g, o; padding leaves states as they were. */
const lstm =
  (reverse: boolean): Build =>
  (g, [x, w]) => {
    const batch = oracle.lengths.length
    const zero = g.constant(new Float32Array(batch * HIDDEN), [batch, HIDDEN])
    const ones = g.constant(new Float32Array(batch).fill(1), [batch, 1])
    const loop = { states: [zero, zero], sequences: [x, maskOf(g, x)].map(value => ({ value, reverse })) }
    return g.scan(loop, (body, [h, c], [slice, here]) => {
      const z = body.matMul(body.concat([h, slice, ones], 1), w, { transB: true })
      const [i, f, u, o] = body.split(z, [HIDDEN, HIDDEN, HIDDEN, HIDDEN], 1)
      const cell = body.add(body.mul(body.sigmoid(f), c), body.mul(body.sigmoid(i), body.tanh(u)))
      const state = body.mul(body.sigmoid(o), body.tanh(cell))
      return {
        states: [body.where(here, state, h), body.where(here, cell, c)],
        outputs: [{ value: body.where(here, state, 0), reverse }],
      }
    }).outputs
  }

/** log Z by the forward algorithm in the log domain. */
const crf: Build = (g, [emissions, transitions, start, end]) => {
  const rest = g.slice(emissions, { axis: 0, start: 1 })
  const here = g.slice(maskOf(g, emissions), { axis: 0, start: 1 })
  const first = g.add(g.squeeze(g.slice(emissions, { axis: 0, end: 1 }), [0]), start)
  const loop = { states: [first], sequences: [{ value: rest }, { value: here }] }
  const { states } = g.scan(loop, (body, [alpha], [emission, mask]) => {
    const steps = body.add(body.unsqueeze(alpha, [2]), transitions)
    const next = body.add(body.apply('ReduceLogSumExp', [steps], { axes: [1], keepdims: 0 }), emission)
    return { states: [body.where(mask, next, alpha)], outputs: [] }
  })
  return g.apply('ReduceLogSumExp', [g.add(states[0], end)], { axes: [1], keepdims: 0 })
}

const LAYERS: Readonly<Record<string, Build>> = {
  'lstm forward': lstm(false),
  'lstm reverse': lstm(true),
  crf,
}

function graphOf(
  { name, inputs }: OracleCase,
  build: Build,
): { graph: Graph; feeds: Record<string, Tensor> } {
  const g = new GraphBuilder(name)
  const feeds: Record<string, Tensor> = {}
  const values = inputs.map((input, i) => {
    feeds[`x${i}`] = toTensor(input)
    return g.input(`x${i}`, feeds[`x${i}`].type, input.shape)
  })
  const made = build(g, values)
  const outputs = 'type' in made ? [made] : made
  const parts = outputs.map(y => g.reduceSum(g.reshape(g.sin(g.mul(y, 0.75)), [-1]), [0]))
  const loss = parts.reduce((sum, part) => g.add(sum, part))
  const wrt = values.filter(value => isFloat(value.type))
  const found = gradients(g, loss, wrt)
  return {
    graph: g.finish({
      loss,
      ...Object.fromEntries(outputs.map((y, i) => [`y${i}`, y])),
      ...Object.fromEntries(found.map((d, i) => [`d${i}`, d])),
    }),
    feeds,
  }
}

async function compare(oracleCase: OracleCase, build: Build): Promise<number> {
  const { name } = oracleCase
  const { graph, feeds } = graphOf(oracleCase, build)
  const exact = runReference(graph, feeds)
  const native = await runNative(graph, feeds)
  let compared = 0
  for (const [prefix, list] of [
    ['y', oracleCase.outputs],
    ['d', oracleCase.gradients],
  ] as const)
    for (const [i, numbers] of list.entries()) {
      const expected = toTensor(numbers)
      assert.ok(
        difference(exact[`${prefix}${i}`], expected) < 1e-7,
        `${name}: ${prefix}${i} of the reference`,
      )
      assert.ok(
        difference(native[`${prefix}${i}`], expected) < 2e-5,
        `${name}: ${prefix}${i} of ONNX Runtime`,
      )
      compared++
    }
  assert.ok(Math.abs(Number(exact.loss.data[0]) - oracleCase.loss) < 1e-7, `${name}: loss`)
  return compared
}

test("operators and their gradients give PyTorch's numbers", async () => {
  let compared = 0
  for (const oracleCase of oracle.operators) compared += await compare(oracleCase, OPERATORS[oracleCase.name])
  assert.deepEqual({ cases: oracle.operators.length, compared }, { cases: 74, compared: 179 })
})

test("an LSTM over padded sequences and a CRF, built from Scan, give PyTorch's numbers", async () => {
  let compared = 0
  for (const oracleCase of oracle.layers) compared += await compare(oracleCase, LAYERS[oracleCase.name])
  assert.deepEqual({ cases: oracle.layers.length, compared }, { cases: 3, compared: 11 })
})
