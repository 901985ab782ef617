import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Tensor } from '../graph/tensor.js'
import { difference, type Feeds, runNative, runReference } from '../graph/testing/check.js'
import type { Graph, Value } from '../graph/value.js'
import { additiveAttention } from './additive-attention.js'
import { dotAttention, type MultiHeadSize, multiHeadAttention, toKeyBias } from './attention.js'
import { type Conv1dSize, type ConvStackSize, conv1d, convStack } from './convolution.js'
import { layerNorm } from './layer-norm.js'
import { linear } from './linear.js'
import { learnedPositions, rotaryTables, sinusoidalPositions } from './positions.js'
import type { RecurrentSize } from './recurrent.js'
import { additiveOf, batchPadding, multiHeadOf, transformerOf } from './testing/attention-case.js'
import {
  type Batch,
  feedsOf,
  given,
  graphOf,
  type LayerCase,
  paddingInputs,
  type Values,
} from './testing/layer-case.js'
import { recurrentCaseOf } from './testing/recurrent-case.js'
import { type TransformerSize, transformer } from './transformer.js'

interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

interface Common extends Batch {
  readonly inputs: Readonly<Record<string, Numbers>>
  readonly slope: Numbers
  readonly y: Numbers
  readonly gradients: Readonly<Record<string, Numbers>>
}

type OracleCase = Common &
  (
    | { readonly kind: 'lstm' | 'gru'; readonly size: RecurrentSize; readonly layers: number }
    | { readonly kind: 'conv1d'; readonly size: Conv1dSize }
    | { readonly kind: 'linear' }
    | { readonly kind: 'highway'; readonly size: number }
    | { readonly kind: 'layer-norm' | 'embedding' | 'additive' }
    | { readonly kind: 'conv-stack'; readonly size: ConvStackSize }
    | { readonly kind: 'dot'; readonly scaled: boolean }
    | { readonly kind: 'multi-head'; readonly size: MultiHeadSize; readonly rotary: boolean }
    | {
        readonly kind: 'transformer'
        readonly size: Omit<TransformerSize, 'layers'>
        readonly layers: number
        readonly positions: 'none' | 'sinusoidal' | 'learned'
      }
  )

const oracle = JSON.parse(readFileSync(new URL('../../../oracles/layers.json', import.meta.url), 'utf8')) as {
  torch: string
  cases: OracleCase[]
}

const float = ({ shape, data }: Numbers): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(data),
})

const BATCH_MAJOR: readonly string[] = ['dot', 'additive', 'multi-head', 'transformer']

function inputOf(name: string, numbers: Numbers, kind: string) {
  if (name === 'x' && BATCH_MAJOR.includes(kind))
    return given(['batch', 'time', numbers.shape[2]], float(numbers))
  if (name === 'x') return given(['time', numbers.shape[1], 'batch'], float(numbers))
  if (name !== 'ids') return given(numbers.shape, float(numbers))
  return given(['time', 'batch'], {
    type: 'int32',
    shape: numbers.shape,
    data: Int32Array.from(numbers.data),
  })
}

function caseOf(c: OracleCase): LayerCase {
  const inputs = Object.fromEntries(Object.entries(c.inputs).map(([k, v]) => [k, inputOf(k, v, c.kind)]))
  const { x, ...weights } = inputs
  const { keep } = BATCH_MAJOR.includes(c.kind) ? batchPadding(c) : paddingInputs(c)
  const { mask } = batchPadding(c)
  const common = { name: c.kind, inputs: { ...inputs, keep, mask }, wrt: Object.keys(c.gradients) }
  switch (c.kind) {
    case 'lstm':
    case 'gru':
      return recurrentCaseOf(c.kind, c.size, c.layers, c, x, weights)
    case 'conv1d':
      return {
        ...common,
        layer: (g, v) => conv1d(g, v.x, v.keep, { weight: v.weight, bias: v.bias }, c.size),
      }
    case 'linear':
      return { ...common, layer: (g, v) => linear(g, v.x, v.weight, v.bias) }
    case 'highway':
      return {
        ...common,
        layer: (g, v) => {
          const sums = linear(g, v.x, v.weight, v.bias)
          const [h, t] = g.split(sums, [c.size, c.size], 1)
          return g.add(v.x, g.mul(g.sigmoid(t), g.sub(g.relu(h), v.x)))
        },
      }
    case 'layer-norm':
      return {
        ...common,
        layer: (g, v) => {
          const last = (value: Value) => g.transpose(value, [0, 2, 1])
          const row = (value: Value) => g.reshape(value, [-1])
          return last(layerNorm(g, last(v.x), row(v.scale), row(v.bias)))
        },
      }
    case 'embedding':
      return { ...common, layer: (g, v) => g.transpose(g.gather(v.table, v.ids), [0, 2, 1]) }
    case 'conv-stack': {
      const parts = (v: Values) =>
        c.size.dilations.map((_, l) => ({ weight: v[`${l}.weight`], bias: v[`${l}.bias`] }))
      return { ...common, layer: (g, v) => convStack(g, v.x, v.keep, parts(v), c.size) }
    }
    case 'dot':
      return {
        ...common,
        layer: (g, v) => dotAttention(g, v.x, { keyBias: toKeyBias(g, v.mask), scaled: c.scaled }).output,
      }
    case 'additive':
      return {
        ...common,
        layer: (g, v) => additiveAttention(g, v.x, additiveOf(v), { keyBias: toKeyBias(g, v.mask) }).output,
      }
    case 'multi-head':
      return {
        ...common,
        layer: (g, v) => {
          const rotary = c.rotary ? rotaryTables(g, v.x, c.size.dim / c.size.heads) : null
          const options = { keyBias: toKeyBias(g, v.mask), rotary }
          return multiHeadAttention(g, v.x, multiHeadOf(v), c.size, options).output
        },
      }
    case 'transformer':
      return {
        ...common,
        layer: (g, v) => {
          const { width } = c.size
          const placed = {
            none: () => v.x,
            sinusoidal: () => g.add(v.x, sinusoidalPositions(g, v.x, width)),
            learned: () => g.add(v.x, learnedPositions(g, v.x, v.positions)),
          }[c.positions]()
          const size = { ...c.size, layers: c.layers }
          return transformer(g, placed, transformerOf(v, size), size, { keyBias: toKeyBias(g, v.mask) })
            .output
        },
      }
    default:
      return c satisfies never
  }
}

type Run = (graph: Graph, feeds: Feeds) => Promise<Record<string, Tensor>>
const RUNS: readonly (readonly [string, Run, number])[] = [
  ['node', runNative, 1e-5],
  ['reference', async (graph, feeds) => runReference(graph, feeds, 'float32'), 1e-5],
  ['reference in float64', async (graph, feeds) => runReference(graph, feeds), 1e-8],
]

for (const [name, run, limit] of RUNS)
  test(`layers have PyTorch's numbers, outputs and all gradients (${name})`, async () => {
    let compared = 0
    for (const [index, c] of oracle.cases.entries()) {
      const layer = caseOf(c)
      const graph = graphOf(layer)
      const answer = await run(graph, { ...feedsOf(layer, graph), slope: float(c.slope) })
      const expected = { y: c.y, ...withPrefix(c.gradients) }
      for (const [output, { shape, data }] of Object.entries(expected)) {
        const right: Tensor = { type: 'float64', shape, data: Float64Array.from(data) }
        const gap = difference(answer[output], right)
        assert.ok(gap <= limit, `case ${index}, ${c.kind}, ${output}: off by ${gap}`)
        compared++
      }
    }
    assert.equal(oracle.cases.length, 24)
    // y and dx of each but the embedding, which has the table; the weights of 1, 1, 2 and 3 layers; of the others 2 each
    const older = 15 * 2 + 7 + 3 * 7 + 6 * 2
    // y and dx; three convolutions; attention without weights, additive, multi-head; transformers of 2, 2 and 1 layers
    assert.equal(compared, older + 9 * 2 + 3 * 2 + 4 + 2 * 4 + (2 * 12 + 2) + 2 * 12 + (12 + 1))
  })

function withPrefix(gradients: Readonly<Record<string, Numbers>>): Record<string, Numbers> {
  return Object.fromEntries(Object.entries(gradients).map(([name, numbers]) => [`d:${name}`, numbers]))
}
