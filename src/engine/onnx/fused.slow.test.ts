import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { Random } from '../../base/random.js'
import { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import { ELEMENT_CODES, sizeOf, type Tensor, tensor } from '../graph/tensor.js'
import { difference, finiteDifferences, randomTensor, runReference } from '../graph/testing/check.js'
import { nodeRuntime } from '../runtime/node/ort-node.js'
import { decodeModel } from './decode.js'
import { encodeModel } from './encode.js'
import { WireWriter } from './wire.js'

type Attribute = number | { readonly int: number }

interface Fused {
  readonly kind: string
  readonly domain?: string
  /** In ONNX's order; `null` for one that is left out. */
  readonly inputs: readonly (Tensor | null)[]
  readonly attributes?: Readonly<Record<string, Attribute>>
  /** How many outputs it has; the first is compared. Default: 1. */
  readonly outputs?: number
  /** Whether the types can be differentiated. Default: true. */
  readonly floats?: boolean
}

const random = Random.fromSeed(23)
const floats = (...shape: number[]) => randomTensor(random, shape, -2, 2)
const whole = (
  type: 'int32' | 'int64' | 'uint8' | 'int8',
  values: readonly number[],
  shape?: readonly number[],
) => tensor(type, values, shape)

/** A model of one node, written by hand. */
function modelOf({
  kind,
  domain = 'com.microsoft',
  inputs,
  attributes = {},
  outputs = 1,
}: Fused): Uint8Array {
  const node = new WireWriter()
  inputs.forEach((input, i) => void node.string(1, input ? `x${i}` : ''))
  for (let i = 0; i < outputs; i++) node.string(2, `y${i}`)
  node.string(3, 'layer/node').string(4, kind).string(7, domain)
  for (const [name, value] of Object.entries(attributes)) {
    const own = new WireWriter().string(1, name)
    if (typeof value === 'number') own.float(2, value).int(20, 1)
    else own.int(3, value.int).int(20, 2)
    node.message(5, own)
  }
  const info = (name: string, type: number, shape: readonly number[] | null) => {
    const own = new WireWriter().int(1, type)
    if (shape) {
      const dims = new WireWriter()
      for (const dim of shape) dims.message(1, new WireWriter().int(1, dim))
      own.message(2, dims)
    }
    return new WireWriter().string(1, name).message(2, new WireWriter().message(1, own))
  }
  const graph = new WireWriter().message(1, node).string(2, 'one')
  inputs.forEach((input, i) => {
    if (input) graph.message(11, info(`x${i}`, ELEMENT_CODES[input.type], input.shape))
  })
  graph.message(12, info('y0', ELEMENT_CODES.float32, null))
  const opset = (name: string, version: number) => new WireWriter().string(1, name).int(2, version)
  return new WireWriter()
    .int(1, 8)
    .message(7, graph)
    .message(8, opset('', 17))
    .message(8, opset('com.microsoft', 1))
    .finish()
}

const heads = { num_heads: { int: 2 } }
const CASES: readonly Fused[] = [
  { kind: 'BiasGelu', inputs: [floats(2, 3, 4), floats(4)] },
  { kind: 'FastGelu', inputs: [floats(2, 3, 4)] },
  { kind: 'FastGelu', inputs: [floats(2, 3, 4), floats(4)] },
  { kind: 'QuickGelu', inputs: [floats(2, 3)], attributes: { alpha: 1.5 } },
  {
    kind: 'SkipLayerNormalization',
    inputs: [floats(2, 3, 4), floats(2, 3, 4), floats(4), floats(4), floats(4)],
    attributes: { epsilon: 1e-5 },
  },
  {
    kind: 'SkipLayerNormalization',
    inputs: [floats(2, 3, 4), floats(2, 3, 4), floats(4)],
    attributes: { epsilon: 1e-5 },
  },
  {
    kind: 'SkipSimplifiedLayerNormalization',
    inputs: [floats(2, 3, 4), floats(2, 3, 4), floats(4)],
    attributes: { epsilon: 1e-5 },
  },
  {
    kind: 'SimplifiedLayerNormalization',
    domain: '',
    inputs: [floats(2, 3, 4), floats(4)],
    attributes: { epsilon: 1e-5 },
  },
  { kind: 'FusedMatMul', inputs: [floats(2, 5, 3), floats(2, 3, 4)], attributes: { alpha: 0.5 } },
  {
    kind: 'FusedMatMul',
    inputs: [floats(5, 2, 3), floats(2, 3, 4)],
    attributes: { transBatchA: { int: 1 } },
  },
  {
    kind: 'FusedMatMul',
    inputs: [floats(2, 5, 3), floats(4, 2, 3)],
    attributes: { transBatchB: { int: 1 }, transB: { int: 1 } },
  },
  {
    kind: 'FusedMatMul',
    inputs: [floats(5, 2, 6, 3), floats(2, 6, 3, 4)],
    attributes: { transBatchA: { int: 1 }, alpha: 2 },
  },
  { kind: 'Attention', inputs: [floats(2, 3, 4), floats(4, 12), floats(12)], attributes: heads },
  {
    kind: 'Attention',
    inputs: [floats(2, 3, 4), floats(4, 12), floats(12), whole('int32', [3, 2])],
    attributes: heads,
  },
  {
    kind: 'Attention',
    inputs: [floats(2, 3, 4), floats(4, 12), floats(12), whole('int32', [1, 1, 1, 1, 0, 1], [2, 3])],
    attributes: { ...heads, mask_filter_value: -50 },
  },
  {
    kind: 'Attention',
    inputs: [
      ...[floats(2, 3, 4), floats(4, 12), floats(12)],
      whole('int32', [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0], [2, 3, 3]),
      ...[null, floats(2, 2, 3, 3)],
    ],
    attributes: { ...heads, scale: 0.3 },
  },
  {
    kind: 'MultiHeadAttention',
    inputs: [floats(2, 3, 4), floats(2, 3, 4), floats(2, 3, 4), floats(12)],
    attributes: heads,
  },
  {
    kind: 'MultiHeadAttention',
    inputs: [
      ...[floats(2, 3, 4), floats(2, 3, 4), floats(2, 3, 4), null],
      ...[whole('int32', [1, 1, 0, 1, 1, 1], [2, 3]), floats(1, 2, 3, 3)],
    ],
    attributes: { ...heads, mask_filter_value: -50 },
  },
  {
    kind: 'EmbedLayerNormalization',
    outputs: 2,
    inputs: [
      ...[whole('int32', [1, 4, 2, 0, 3, 3], [2, 3]), whole('int32', [0, 0, 1, 1, 0, 1], [2, 3])],
      ...[floats(6, 4), floats(5, 4), floats(2, 4), floats(4), floats(4)],
      whole('int32', [1, 1, 1, 1, 1, 0], [2, 3]),
    ],
    attributes: { epsilon: 1e-5 },
  },
  {
    kind: 'MatMulIntegerToFloat',
    inputs: [
      ...[whole('uint8', [1, 200, 30, 4, 50, 6], [2, 3]), whole('int8', [1, -2, 3, 4, 5, -60], [3, 2])],
      ...[
        tensor('float32', [0.1], []),
        tensor('float32', [0.2, 0.3]),
        whole('uint8', [7], []),
        whole('int8', [1, -1]),
      ],
      floats(2),
    ],
    floats: false,
  },
  {
    kind: 'DynamicQuantizeMatMul',
    inputs: [
      ...[floats(2, 3), whole('uint8', [1, 200, 30, 4, 50, 60], [3, 2])],
      ...[tensor('float32', [0.2], []), whole('uint8', [9], []), floats(2)],
    ],
    floats: false,
  },
  {
    kind: 'QAttention',
    inputs: [
      whole(
        'uint8',
        Array.from({ length: 24 }, (_, i) => (i * 37) % 256),
        [2, 3, 4],
      ),
      whole(
        'int8',
        Array.from({ length: 48 }, (_, i) => ((i * 53) % 250) - 120),
        [4, 12],
      ),
      ...[floats(12), tensor('float32', [0.01], []), tensor('float32', [0.01], [])],
      ...[whole('int32', [3, 2]), whole('uint8', [120], []), whole('int8', [0], [])],
    ],
    attributes: heads,
    floats: false,
  },
]

test('a fused operator that is opened computes what ONNX Runtime does with it', async () => {
  const wrong: string[] = []
  let compared = 0
  for (const [i, own] of CASES.entries()) {
    const label = `${own.kind} ${i}`
    const bytes = modelOf(own)
    const feeds = Object.fromEntries(own.inputs.flatMap((input, at) => (input ? [[`x${at}`, input]] : [])))
    await using session = await nodeRuntime().createSession(bytes, { threads: 1 })
    const { y0: expected } = await session.run(feeds, { y0: null })
    const { graph } = decodeModel(bytes)
    assert.ok(graph.nodes.every(({ kind }) => kind !== own.kind || kind === 'FusedMatMul'))
    await using opened = await nodeRuntime().createSession(encodeModel(graph), { threads: 1 })
    const used = Object.fromEntries(graph.inputNames.map(name => [name, feeds[name]]))
    const { y0: found } = await opened.run(used, { y0: null })
    const gap = difference(found, expected)
    if (!(gap < 2e-5)) wrong.push(`${label}: off by ${gap}`)
    compared += sizeOf(found.shape)
  }
  assert.deepEqual(wrong, [])
  assert.equal(CASES.length, 22)
  assert.ok(compared > 300, String(compared))
})

test('gradients of opened operators agree with finite differences', () => {
  let checked = 0
  for (const own of CASES.filter(({ floats: areFloats = true }) => areFloats)) {
    const { graph } = decodeModel(modelOf(own))
    const g = new GraphBuilder('gradient')
    const inputs = Object.fromEntries(
      graph.inputs.map((value, i) => [
        graph.inputNames[i],
        g.input(graph.inputNames[i], value.type, value.shape),
      ]),
    )
    const { y0 } = g.include(graph, inputs)
    const loss = g.reduceSum(g.reshape(g.sin(g.mul(y0, 0.7)), [-1]), [0])
    const names = graph.inputNames.filter((_, i) => graph.inputs[i].type === 'float32')
    const found = gradients(
      g,
      loss,
      names.map(name => inputs[name]),
    )
    const whole = g.finish({ loss, ...Object.fromEntries(names.map((name, i) => [`d${name}`, found[i]])) })
    const feeds = Object.fromEntries(
      own.inputs.flatMap((input, at) =>
        input && whole.inputNames.includes(`x${at}`) ? [[`x${at}`, input]] : [],
      ),
    )
    const answer = runReference(whole, feeds)
    for (const name of names) {
      if (!whole.inputNames.includes(name)) continue
      const gap = difference(answer[`d${name}`], finiteDifferences(whole, feeds, name, 1e-6))
      assert.ok(gap < 1e-5, `${own.kind}, ${name}: off by ${gap}`)
      checked++
    }
  }
  assert.ok(checked > 45, String(checked))
})

test('uses of fused operators that are not known are refused by name, with what to do', () => {
  const x = floats(2, 3, 4)
  const cases: readonly Fused[] = [
    {
      kind: 'Attention',
      inputs: [x, floats(4, 12), floats(12)],
      attributes: { ...heads, unidirectional: { int: 1 } },
    },
    { kind: 'Attention', inputs: [x, floats(4, 12), floats(12)], attributes: { num_heads: { int: 3 } } },
    { kind: 'MultiHeadAttention', inputs: [floats(2, 3, 2, 3, 2)], attributes: heads },
    { kind: 'MatMulNBits', inputs: [x, floats(4)] },
    { kind: 'QLinearAdd', inputs: [x, x] },
    { kind: 'GroupQueryAttention', inputs: [x, x, x] },
    { kind: 'If', domain: '', inputs: [x] },
  ]
  for (const own of cases)
    assert.throws(
      () => decodeModel(modelOf(own)),
      (error: unknown) =>
        isInputError(error) &&
        error.code === 'onnx/unsupported' &&
        error.message.includes(own.kind) &&
        error.faults[0].remedy !== undefined,
      own.kind,
    )
})
