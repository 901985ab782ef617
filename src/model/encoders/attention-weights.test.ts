import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import { ENCODER_BLOCK_DEFAULTS } from '../../config/testing/block-defaults.js'
import { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import { ParameterStore } from '../../engine/optim/parameter-store.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../../engine/runtime/reference/reference.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import { InferenceValues } from '../inference-values.js'
import { createEncoder } from './create-encoder.js'

const INPUTS = 6
const LENGTHS = [5, 1, 3]
const TIME = 6
const { attention, transformer } = ENCODER_BLOCK_DEFAULTS

/** Encoders with the heads of the weights that they should offer, by name. */
const CASES: readonly (readonly [readonly EncoderBlockConfig[], Readonly<Record<string, number>>])[] = [
  [[{ ...attention, score: { kind: 'dot' } }], { 'encoder.0': 1 }],
  [[{ ...attention, score: { kind: 'scaled-dot' } }], { 'encoder.0': 1 }],
  [[{ ...attention, score: { kind: 'bahdanau', dim: 4 } }], { 'encoder.0': 1 }],
  [
    [
      { ...ENCODER_BLOCK_DEFAULTS.bilstm, hidden: 3 },
      { ...attention, score: { kind: 'multi-head', heads: 2, dim: 4 } },
    ],
    { 'encoder.1': 2 },
  ],
  [
    [{ ...transformer, width: 6, heads: 3, layers: 2, feedForward: 4 }, attention],
    { 'encoder.0.0': 3, 'encoder.0.1': 3, 'encoder.1': 1 },
  ],
]

test('the shipped graph offers the weights of every attention: rows of a token sum to one, padding has none', async () => {
  let rows = 0
  for (const [settings, heads] of CASES)
    for (const runtime of [nodeRuntime(), referenceRuntime()]) {
      const found = await weightsOf(settings, runtime)
      assert.deepEqual(Object.keys(found).sort(), Object.keys(heads))
      for (const [name, { shape, data }] of Object.entries(found)) {
        assert.deepEqual(shape, [LENGTHS.length, heads[name], TIME, TIME])
        for (let row = 0; row < data.length / TIME; row++) {
          const length = LENGTHS[Math.floor(row / (heads[name] * TIME))]
          const cells = Array.from(data.subarray(row * TIME, (row + 1) * TIME), Number)
          assert.ok(Math.abs(cells.reduce((a, b) => a + b) - 1) < 1e-6, name)
          assert.deepEqual(cells.slice(length), new Array(TIME - length).fill(0), name)
          rows++
        }
      }
    }
  assert.equal(rows, 2 * (3 * 1 + 2 + 3 + 3 + 1) * TIME * LENGTHS.length)
})

async function weightsOf(
  settings: readonly EncoderBlockConfig[],
  runtime: ReturnType<typeof referenceRuntime>,
): Promise<Record<string, Tensor>> {
  const g = new GraphBuilder('inference')
  const x = g.input('x', 'float32', ['time', 'batch', INPUTS])
  const lengths = g.input('lengths', 'int32', ['batch'])
  const tokens = g.input('tokens', 'int32', ['time', 'batch'])
  const blocks = createEncoder(settings, INPUTS)
  const store = new ParameterStore(
    blocks.flatMap(block => block.parameters),
    { random: Random.fromSeed(5) },
  )
  const shapes = new Map(store.parameters.map(({ name, shape }) => [name, shape]))
  const values = new InferenceValues(g, shapes, name => store.get(name).value, { lengths, tokens })
  const y = blocks.reduce<Value>((states, block) => block.infer(g, states, values), x)
  const model = encodeModel(g.finish({ y, ...Object.fromEntries(values.attentions) }), {
    initializers: values.initializers,
  })
  const batch = LENGTHS.length
  const random = Random.fromSeed(6)
  const data = Float32Array.from({ length: TIME * batch * INPUTS }, () => random.normal())
  const feeds: Record<string, Tensor> = {
    x: { type: 'float32', shape: [TIME, batch, INPUTS], data },
    lengths: { type: 'int32', shape: [batch], data: Int32Array.from(LENGTHS) },
    tokens: { type: 'int32', shape: [TIME, batch], data: new Int32Array(TIME * batch) },
  }
  await using session = await runtime.createSession(model, { threads: 1 })
  const used = Object.fromEntries(session.inputNames.map(name => [name, feeds[name]]))
  return await session.run(used, Object.fromEntries([...values.attentions.keys()].map(name => [name, null])))
}

test('a Reformer offers the weights of its layers where asked to', async () => {
  const reformer = { ...ENCODER_BLOCK_DEFAULTS.reformer, width: 8, heads: 2, layers: 2, chunk: 2 }
  const offered = Object.keys(await weightsOf([reformer], nodeRuntime()))
  assert.deepEqual(
    offered.filter(name => name.startsWith('encoder')),
    [],
  )
  let rows = 0
  for (const runtime of [nodeRuntime(), referenceRuntime()]) {
    const found = await weightsOf([{ ...reformer, attentionWeights: true }], runtime)
    assert.deepEqual(Object.keys(found), ['encoder.0.0', 'encoder.0.1'])
    for (const { shape, data } of Object.values(found)) {
      assert.deepEqual(shape, [LENGTHS.length, 2, TIME, TIME])
      for (let row = 0; row < data.length / TIME; row++) {
        const length = LENGTHS[Math.floor(row / (2 * TIME))]
        const cells = Array.from(data.subarray(row * TIME, (row + 1) * TIME), Number)
        const sum = cells.reduce((a, b) => a + b)
        assert.ok(Math.abs(sum - Number(row % TIME < length)) < 1e-6)
        assert.deepEqual(cells.slice(length), new Array(TIME - length).fill(0))
        rows++
      }
    }
  }
  assert.equal(rows, 2 * 2 * 2 * TIME * LENGTHS.length)
})
