import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import { runNative } from '../graph/testing/check.js'
import type { Value } from '../graph/value.js'
import { additiveAttention, additiveParameters } from './additive-attention.js'
import {
  type Attended,
  dotAttention,
  type MultiHeadSize,
  multiHeadAttention,
  multiHeadParameters,
  toKeyBias,
} from './attention.js'
import { rotaryTables } from './positions.js'
import {
  additiveOf,
  batchPadding,
  dropped,
  type Inputs,
  multiHeadOf,
  parameterInputs,
  rotaryAngles,
} from './testing/attention-case.js'
import {
  type Batch,
  type Build,
  compareFiniteDifferences,
  compareTwins,
  feedsOf,
  graphOf,
  type LayerCase,
  random,
  SHAPES,
  type Values,
} from './testing/layer-case.js'
import { comparePadding } from './testing/padding.js'
import { plainAdditive, plainHead, plainMultiHead } from './testing/plain-attention.js'

type Attention = (g: GraphBuilder, v: Values) => { readonly output: Value; readonly weights: Value }

interface AttentionCase {
  readonly name: string
  readonly batch: Batch
  readonly heads: number
  readonly inputs: Inputs
  readonly wrt: readonly string[]
  readonly layer: (g: GraphBuilder, v: Values) => Attended
  readonly twin: Attention
}

// A head of 1, 4 or 16 features: 1/√features is exact in float32, so that twins can agree to the last digits
const MULTI_HEAD: readonly (MultiHeadSize & { bias?: boolean; rotary?: boolean; dropout?: boolean })[] = [
  { inputs: 4, heads: 2, dim: 8, outputs: 4, bias: true },
  { inputs: 3, heads: 3, dim: 3, outputs: 2, dropout: true },
  { inputs: 3, heads: 2, dim: 8, outputs: 3, bias: true, rotary: true, dropout: true },
  { inputs: 1, heads: 1, dim: 1, outputs: 1 },
]

function* multiHead(source: Random, batch: Batch): Generator<AttentionCase> {
  for (const size of MULTI_HEAD) {
    const all = parameterInputs(source, multiHeadParameters(size), batch)
    const { qkv, output } = all
    const weights = size.bias ? all : { qkv, output }
    const each = size.dim / size.heads
    yield {
      name: `multi-head ${JSON.stringify(size)}`,
      batch,
      heads: size.heads,
      inputs: {
        x: random(source, ['batch', 'time', size.inputs], batch),
        ...weights,
        ...(size.dropout && { dropout: dropped(source, ['batch', size.heads, 'time', 'time'], batch) }),
        ...(size.rotary && { angles: rotaryAngles(each, batch) }),
      },
      wrt: ['x', ...Object.keys(weights)],
      layer: (g, v) =>
        multiHeadAttention(g, v.x, multiHeadOf(v), size, {
          keyBias: toKeyBias(g, v.mask),
          rotary: size.rotary ? rotaryTables(g, v.x, each) : null,
          dropout: v.dropout,
        }),
      twin: (g, v) =>
        plainMultiHead(g, v.x, multiHeadOf(v), size, { mask: v.mask, angles: v.angles }, v.dropout),
    }
  }
}

function* overStates(source: Random, batch: Batch): Generator<AttentionCase> {
  for (const [features, scaled] of [
    [4, true],
    [3, false],
    [1, true],
  ] as const)
    yield {
      name: `${scaled ? 'scaled ' : ''}dot ${features}`,
      ...{ batch, heads: 1 },
      inputs: { x: random(source, ['batch', 'time', features], batch) },
      wrt: ['x'],
      layer: (g, v) => dotAttention(g, v.x, { keyBias: toKeyBias(g, v.mask), scaled }),
      twin: (g, v) => {
        const [output, weights] = plainHead(g, [v.x, v.x, v.x], v.mask, scaled ? features ** -0.5 : 1)
        return { output, weights: g.unsqueeze(weights, [1]) }
      },
    }
  for (const [inputs, units] of [
    [3, 4],
    [2, 1],
  ]) {
    const weights = parameterInputs(source, additiveParameters(inputs, units), batch)
    yield {
      name: `additive ${inputs}/${units}`,
      ...{ batch, heads: 1 },
      inputs: { x: random(source, ['batch', 'time', inputs], batch), ...weights },
      wrt: ['x', ...Object.keys(weights)],
      layer: (g, v) => additiveAttention(g, v.x, additiveOf(v), { keyBias: toKeyBias(g, v.mask) }),
      twin: (g, v) => plainAdditive(g, v.x, additiveOf(v), v.mask),
    }
  }
}

function cases(): AttentionCase[] {
  const source = Random.fromSeed(21)
  return SHAPES.flatMap(batch => [...multiHead(source, batch), ...overStates(source, batch)])
}

/** The case of what attention takes, or of its weights: those of queries at padding are of no interest. */
function layerCase(c: AttentionCase, part: keyof Attended): LayerCase & { readonly twin: Build } {
  const pick =
    (build: Attention): Build =>
    (g, v) => {
      const answer = build(g, v)[part]
      return part === 'output' ? answer : g.mul(answer, g.unsqueeze(v.rows, [1]))
    }
  const { mask, keep } = batchPadding(c.batch)
  return {
    name: `${c.name}, time ${c.batch.time}, lengths ${c.batch.lengths}, ${part}`,
    inputs: { ...c.inputs, mask, ...(part === 'output' ? { keep } : { rows: keep }) },
    wrt: c.wrt.filter(name => part === 'output' || (name !== 'output' && name !== 'outputBias')),
    layer: pick(c.layer),
    twin: pick(c.twin),
  }
}

test('attention equals its twins of plain operators, and finite differences', async () => {
  const count = { cases: 0, gradients: 0, tensors: 0 }
  for (const c of cases()) {
    const own = layerCase(c, 'output')
    count.tensors += await compareTwins(own, own.twin)
    count.gradients += compareFiniteDifferences(own)
    count.cases++
  }
  assert.deepEqual(count, { cases: 45, gradients: 145, tensors: 4 * (2 * 45 + 145) })
})

test('so do its weights, which a loss may be made of too', async () => {
  const count = { cases: 0, gradients: 0, tensors: 0 }
  for (const c of cases().filter(({ heads, batch }) => heads > 0 && batch.time > 1)) {
    const own = layerCase(c, 'weights')
    count.tensors += await compareTwins(own, own.twin)
    count.gradients += compareFiniteDifferences(own)
    count.cases++
  }
  assert.deepEqual(count, { cases: 36, gradients: 92, tensors: 4 * (2 * 36 + 92) })
})

test('a loss of output and weights together gets both gradients', async () => {
  let tensors = 0
  for (const c of cases().filter(({ batch }) => batch.time === 4)) {
    const own = layerCase(c, 'output')
    const both =
      (build: Attention): Build =>
      (g, v) => {
        const { output, weights } = build(g, v)
        // Squared, since sums of the rows are the same whatever the weights
        return g.add(output, g.reduceSum(g.reduceSum(g.mul(weights, weights), [1]), [2], { keepDims: true }))
      }
    tensors += await compareTwins({ ...own, layer: both(c.layer) }, both(c.twin))
  }
  assert.equal(tensors, 4 * (2 * 9 + 29))
})

test('padding changes nothing, and sends no gradient', async () => {
  let sequences = 0
  for (const c of cases()) sequences += await comparePadding(layerCase(c, 'output'), c.batch)
  assert.equal(sequences, 9 * (4 + 2 + 1 + 1 + 3))
})

test('the weights of a query sum to one over the keys, and are 0 at padding', async () => {
  let rows = 0
  for (const c of cases()) {
    const own: LayerCase = {
      ...layerCase(c, 'output'),
      wrt: [],
      layer: (g, v) => g.mul(c.layer(g, v).weights, 1),
    }
    const { keep: _, ...inputs } = own.inputs
    const graph = graphOf({ ...own, inputs })
    const { y } = await runNative(graph, feedsOf(own, graph))
    const { time, lengths } = c.batch
    assert.deepEqual(y.shape, [lengths.length, c.heads, time, time])
    for (let row = 0; row < lengths.length * c.heads * time; row++) {
      const cells = Array.from(y.data.subarray(row * time, (row + 1) * time), Number)
      const length = lengths[Math.floor(row / (c.heads * time))]
      assert.ok(Math.abs(cells.reduce((sum, cell) => sum + cell, 0) - 1) < 1e-6, own.name)
      assert.deepEqual(cells.slice(length), new Array(time - length).fill(0), own.name)
      rows++
    }
  }
  const queries = SHAPES.reduce((sum, { time, lengths }) => sum + time * lengths.length, 0)
  assert.equal(rows, (2 + 3 + 2 + 1 + 5) * queries)
})
