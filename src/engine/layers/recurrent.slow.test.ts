import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { GraphBuilder } from '../graph/builder.js'
import type { Tensor } from '../graph/tensor.js'
import { difference, runNative, runReference } from '../graph/testing/check.js'
import type { Value } from '../graph/value.js'
import { fusedRecurrent, fusedValues, toFusedGru, toFusedLstm } from './fused.js'
import { type RecurrentSize, stackSizes } from './recurrent.js'
import {
  type Batch,
  compareFiniteDifferences,
  compareTwins,
  feedsOf,
  graphOf,
  SHAPES,
} from './testing/layer-case.js'
import {
  type Cell,
  gruOf,
  lstmOf,
  type RecurrentCase,
  recurrentCase,
  recurrentCaseOf,
} from './testing/recurrent-case.js'

const CELLS: readonly Cell[] = ['lstm', 'gru']
/** Sizes, layers, and shapes of batches: all of them for the single layers. */
const SIZES: readonly (readonly [RecurrentSize, number, readonly Batch[]])[] = [
  [{ inputs: 3, hidden: 4, directions: 2 }, 1, SHAPES],
  [{ inputs: 2, hidden: 3, directions: 1 }, 1, SHAPES],
  [{ inputs: 3, hidden: 2, directions: 2 }, 2, [SHAPES[0], SHAPES[3]]],
  [{ inputs: 2, hidden: 3, directions: 1 }, 3, [SHAPES[1]]],
  [{ inputs: 1, hidden: 1, directions: 2 }, 1, [SHAPES[2], SHAPES[4]]],
  [{ inputs: 1, hidden: 1, directions: 1 }, 2, [SHAPES[1]]],
]

function* allCases(seed: number, sizes = SIZES): Generator<RecurrentCase> {
  const random = Random.fromSeed(seed)
  for (const cell of CELLS)
    for (const [size, layers, batches] of sizes)
      for (const batch of batches) yield recurrentCase(random, cell, size, layers, batch)
}

/** Layers of each kind of cell in all cases. */
const LAYERS = 5 + 5 + 2 * 2 + 3 + 2 + 2

test('LSTM and GRU equal their twins of plain operators, outputs and all gradients', async () => {
  let cases = 0
  let tensors = 0
  for (const c of allCases(1)) {
    tensors += await compareTwins(c, c.twin)
    cases++
  }
  assert.equal(cases, 2 * 16)
  // Four comparisons a case, each of the loss, y, dx, and the weights' gradients: 1 or 3 a layer.
  assert.equal(tensors, 4 * (2 * 16 * 3 + LAYERS + 3 * LAYERS))
})

test('an LSTM so wide that its products are cut equals its twin', async () => {
  const batch = { time: 2, lengths: [2, 1] }
  let tensors = 0
  for (const directions of [1, 2] as const) {
    const c = recurrentCase(Random.fromSeed(6), 'lstm', { inputs: 2, hidden: 520, directions }, 1, batch)
    const [own, twin] = [graphOf(c), graphOf(c, c.twin)]
    const answer = await runNative(own, feedsOf(c, own))
    const expected = await runNative(twin, feedsOf(c, twin))
    for (const name of Object.keys(answer)) {
      const gap = difference(answer[name], expected[name])
      assert.ok(gap <= 1e-5, `${c.name}, ${name}: off by ${gap}`)
      tensors++
    }
  }
  assert.equal(tensors, 2 * 4)
})

test('the gradients of LSTM and GRU equal finite differences', () => {
  const batch = { time: 3, lengths: [3, 1] }
  const sizes = SIZES.map(([size, layers]) => [size, layers, [batch]] as const)
  let tensors = 0
  for (const c of allCases(2, [sizes[0], sizes[1], sizes[2], sizes[5]]))
    tensors += compareFiniteDifferences(c)
  assert.equal(tensors, 2 * 4 + 6 + 3 * 6)
})

/** Columns `[time, features, 1]` of one sequence, its own steps only. */
function sequence({ shape, data }: Tensor, b: number, length: number): Tensor {
  const [, features, batch] = shape
  const cells = Float32Array.from({ length: length * features }, (_, at) => Number(data[at * batch + b]))
  return { type: 'float32', shape: [length, features, 1], data: cells }
}

/** A case's batch with more padding after every sequence, made of garbage that nothing may see. */
function withMorePadding(c: RecurrentCase, more: number): RecurrentCase {
  const { x } = c.inputs
  const [time, features, batch] = x.tensor.shape
  const data = new Float32Array((time + more) * features * batch).fill(7)
  data.set(x.tensor.data as Float32Array)
  const tensor: Tensor = { type: 'float32', shape: [time + more, features, batch], data }
  return rebuilt(c, { ...c.batch, time: time + more }, tensor)
}

function alone(c: RecurrentCase, b: number): RecurrentCase {
  const length = c.batch.lengths[b]
  return rebuilt(c, { time: length, lengths: [length] }, sequence(c.inputs.x.tensor, b, length))
}

function rebuilt(c: RecurrentCase, batch: Batch, x: Tensor): RecurrentCase {
  const weights = Object.fromEntries(c.wrt.slice(1).map(name => [name, c.inputs[name]]))
  return recurrentCaseOf(c.cell, c.size, c.layers, batch, { ...c.inputs.x, tensor: x }, weights)
}

test('a sequence comes out the same alone, in a padded batch, and with more padding', async () => {
  const runs = [
    ['node', runNative],
    [
      'reference',
      async (...args: Parameters<typeof runReference>) => runReference(args[0], args[1], 'float32'),
    ],
  ] as const
  let compared = 0
  for (const [name, run] of runs)
    for (const c of allCases(3)) {
      const graph = graphOf(c)
      const { y } = await run(graph, feedsOf(c, graph))
      const padded = withMorePadding(c, 3)
      const { y: longer } = await run(graph, feedsOf(padded, graph))
      for (const [b, length] of c.batch.lengths.entries()) {
        const single = alone(c, b)
        const { y: own } = await run(graph, feedsOf(single, graph))
        for (const other of [y, longer]) {
          const gap = difference(sequence(other, b, length), own)
          assert.ok(gap <= 1e-6, `${name}: ${c.name}, sequence ${b}: off by ${gap}`)
          compared++
        }
      }
    }
  const sequences = 2 * (4 + 2 + 1 + 1 + 3) + (4 + 1) + 2 + (1 + 3) + 2
  assert.equal(compared, 2 * 2 * 2 * sequences)
})

test('the padding columns of the weights get no gradient at all', () => {
  let columns = 0
  for (const c of allCases(4)) {
    const graph = graphOf(c)
    const answer = runReference(graph, feedsOf(c, graph), 'float32')
    for (const name of c.wrt) {
      if (!/^lstm|input$/.test(name)) continue
      const { shape, data } = answer[`d:${name}`]
      const width = shape[shape.length - 1]
      for (let at = width - 1; at < data.length; at += width) assert.equal(Math.abs(Number(data[at])), 0)
      columns++
    }
  }
  assert.equal(columns, 2 * LAYERS)
})

/** The same stack of ONNX's fused layers, `[time, batch, features]`. */
function fusedGraph(c: RecurrentCase) {
  const g = new GraphBuilder('fused')
  const feeds: Record<string, Tensor> = {}
  const feed = (name: string, value: Tensor, dims: readonly (string | number)[] = value.shape) => {
    feeds[name] = value
    return g.input(name, value.type, dims)
  }
  const { tensor: x } = c.inputs.x
  const lengths = feed(
    'lengths',
    { type: 'int32', shape: [c.batch.lengths.length], data: Int32Array.from(c.batch.lengths) },
    ['batch'],
  )
  const floats = Object.fromEntries(
    Object.entries(c.inputs).map(([name, { tensor }]) => [name, tensor.data as Float32Array]),
  )
  let y: Value = g.transpose(feed('x', x, ['time', c.size.inputs, 'batch']), [0, 2, 1])
  stackSizes(c.size, c.layers).forEach((size, layer) => {
    const packed =
      c.cell === 'lstm' ? toFusedLstm(lstmOf(layer, floats), size) : toFusedGru(gruOf(layer, floats), size)
    const weights = fusedValues(packed, (part, tensor) => feed(`${part}.${layer}`, tensor))
    y = fusedRecurrent(g, c.cell, y, weights, lengths, size).states
  })
  return { graph: g.finish({ y: g.transpose(y, [0, 2, 1]) }), feeds }
}

test("ONNX's fused layers give what the trained ones do", async () => {
  let cases = 0
  for (const c of allCases(5)) {
    const graph = graphOf(c)
    const { y } = runReference(graph, feedsOf(c, graph))
    const fused = fusedGraph(c)
    for (const answer of [
      await runNative(fused.graph, fused.feeds),
      runReference(fused.graph, fused.feeds),
    ]) {
      const gap = difference(answer.y, y)
      assert.ok(gap <= 1e-5, `${c.name}: off by ${gap}`)
      cases++
    }
  }
  assert.equal(cases, 2 * 2 * 16)
})
