/**
 * Operators that ONNX Runtime's tools make of several plain ones, opened again, so that their gradients and shapes are known.
 * (ContribOperators.md of ONNX Runtime says what each computes.)
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { attention, multiHeadAttention } from './fused-attention.js'
import { FusedCall, REMEDY } from './fused-call.js'
import type { UpgradedNode } from './upgrade.js'

type Opened = readonly (Value | null)[]

const FUSED: Readonly<Record<string, (call: FusedCall) => Opened>> = {
  BiasGelu: call => [gelu(call.g, call.g.add(call.input(0, 'numbers'), call.input(1, 'a bias')))],
  FastGelu: call => {
    const bias = call.optional(1)
    const x = call.input(0, 'numbers')
    return [tanhGelu(call.g, bias ? call.g.add(x, bias) : x)]
  },
  QuickGelu: call => {
    const x = call.input(0, 'numbers')
    return [call.g.mul(x, call.g.sigmoid(call.g.mul(x, call.number('alpha', 1.702))))]
  },
  LayerNormalization: call => [
    normal(call, call.input(0, 'numbers'), call.input(1, 'a scale'), call.optional(2)),
  ],
  SimplifiedLayerNormalization: call => [
    rootMeanSquare(call, call.input(0, 'numbers'), call.input(1, 'a scale')),
  ],
  SkipLayerNormalization: call => {
    const sum = skipped(call, call.optional(4))
    return [normal(call, sum, call.input(2, 'a scale'), call.optional(3)), null, null, sum]
  },
  SkipSimplifiedLayerNormalization: call => {
    const sum = skipped(call, call.optional(3))
    return [rootMeanSquare(call, sum, call.input(2, 'a scale')), null, null, sum]
  },
  FusedMatMul: fusedProduct,
  EmbedLayerNormalization: call => {
    const tables = [2, 3, 4].map(at => call.optional(at))
    const gather = (table: Value, ids: Value) => call.g.gather(table, ids)
    const { sum, lengths } = embedded(call, { tables, gather, positions: call.optional(8) })
    return [normal(call, sum, call.input(5, 'a scale'), call.input(6, 'a bias')), lengths, sum]
  },
  QEmbedLayerNormalization: roundedEmbedding,
  Attention: call => attention(call, projected(call)),
  QAttention: call => {
    const sum = integerProduct(call, { a: 0, b: 1, aStep: 3, bStep: 4, aZero: 6, bZero: 7 })
    if (call.optional(8)) call.refuse('attention within one text', 'states of a text before')
    return attention(call, call.g.add(sum, call.input(2, 'a bias')), 5)
  },
  MultiHeadAttention: multiHeadAttention,
  MatMulIntegerToFloat: call => {
    const product = integerProduct(call, { a: 0, b: 1, aStep: 2, bStep: 3, aZero: 4, bZero: 5 })
    const bias = call.optional(6)
    return [bias ? call.g.add(product, bias) : product]
  },
  DynamicQuantizeMatMul: call => {
    const { g } = call
    const [whole, step, zero] = g.op('DynamicQuantizeLinear', [call.input(0, 'numbers')])
    const product = g.apply('MatMulInteger', [whole, call.input(1, 'weights'), zero, call.optional(3)])
    const floats = g.mul(g.cast(product, 'float32'), g.mul(step, call.input(2, 'steps')))
    const bias = call.optional(4)
    return [bias ? g.add(floats, bias) : floats]
  },
}

/** Of ONNX's own domain, though it is ONNX Runtime's. */
const OWN_DOMAIN = new Set(['SimplifiedLayerNormalization'])

/**
 * Opens a fused operator.
 * @returns its outputs, `null` for those that nothing reads; `undefined` for an operator that is not fused
 * @throws OnnxError for a use of it that is not known
 */
export function openFused(g: GraphBuilder, node: UpgradedNode, label: string): Opened | undefined {
  const { kind, domain } = node
  if (!Object.hasOwn(FUSED, kind)) return undefined
  if (domain !== 'com.microsoft' && !(domain === '' && OWN_DOMAIN.has(kind))) return undefined
  return FUSED[kind](new FusedCall(g, node, label))
}

/** What to do about operators that are often met and not read. */
export function isRefused(kind: string): string | undefined {
  if (/NBits|Bnb4|FpQ4|GatherBlockQuantized/.test(kind))
    return 'take the file of 32, 16 or 8 bits (model.onnx, model_fp16.onnx, model_quantized.onnx)'
  if (/^(QLinear|Q|NhwC|Fused|Packed|Group|Sparse)[A-Z]/.test(kind)) return REMEDY
  if (/^(If|Loop|SequenceAt|SplitToSequence)$/.test(kind))
    return 'export the model without branches and loops, as PyTorch’s exporter does for a fixed set of options'
  return undefined
}

function gelu(g: GraphBuilder, x: Value): Value {
  return g.apply('Gelu', [x])
}

/** Hendrycks & Gimpel 2016. */
function tanhGelu(g: GraphBuilder, x: Value): Value {
  const cube = g.mul(g.mul(x, x), x)
  const inner = g.mul(g.add(x, g.mul(cube, 0.044715)), Math.sqrt(2 / Math.PI))
  return g.mul(g.mul(x, 0.5), g.add(g.tanh(inner), 1))
}

function normal(call: FusedCall, x: Value, scale: Value, bias: Value | null): Value {
  const axis = call.number('axis', -1)
  const inputs = bias ? [x, scale, bias] : [x, scale]
  return call.g.apply('LayerNormalization', inputs, { axis, epsilon: call.number('epsilon', 1e-12) })
}

function rootMeanSquare(call: FusedCall, x: Value, scale: Value): Value {
  const { g } = call
  const mean = g.reduceMean(g.mul(x, x), [x.shape.length - 1], { keepDims: true })
  return g.mul(g.div(x, g.sqrt(g.add(mean, call.number('epsilon', 1e-5)))), scale)
}

function skipped(call: FusedCall, bias: Value | null): Value {
  const sum = call.g.add(call.input(0, 'numbers'), call.input(1, 'numbers to add'))
  return bias ? call.g.add(sum, bias) : sum
}

/** `transBatchA`: the rows stand before the batch axes. */
function fusedProduct(call: FusedCall): Opened {
  const { g } = call
  const operand = (at: number, rowsFirst: string) => {
    const x = call.input(at, 'a factor')
    if (call.number(rowsFirst, 0) === 0) return x
    const rank = x.shape.length
    const batch = Array.from({ length: rank - 2 }, (_, i) => i + 1)
    return g.transpose(x, [...batch, 0, rank - 1])
  }
  const options = {
    transA: call.number('transA', 0) !== 0,
    transB: call.number('transB', 0) !== 0,
    alpha: call.number('alpha', 1),
  }
  return [g.matMul(operand(0, 'transBatchA'), operand(1, 'transBatchB'), options)]
}

interface Embedding {
  /** Of ids, positions and segments. */
  readonly tables: readonly (Value | null)[]
  readonly gather: (table: Value, ids: Value) => Value
  readonly positions: Value | null
}

/** The sum of the embeddings, and how many of each row are seen. */
function embedded(
  call: FusedCall,
  { tables, gather, positions }: Embedding,
): { readonly sum: Value; readonly lengths: Value | null } {
  const { g } = call
  const [pieces, places, segments] = tables
  const ids = call.input(0, 'ids')
  const segmentIds = call.optional(1)
  if (!pieces || !places) return call.refuse('tables', 'none')
  const ones = g.cast(g.equal(ids, ids), 'int32')
  const counted = g.sub(g.apply('CumSum', [ones, g.scalar(1, 'int64')]), g.constant(Int32Array.of(1)))
  const placed = g.add(gather(pieces, ids), gather(places, positions ?? counted))
  const sum = segments && segmentIds ? g.add(placed, gather(segments, segmentIds)) : placed
  const mask = call.optional(7)
  return { sum, lengths: mask && g.reduceSum(g.cast(mask, 'int32'), [1]) }
}

/** Scale and bias are rounded too. */
function roundedEmbedding(call: FusedCall): Opened {
  const { g } = call
  const floats = (at: number, step: number, zero: number) =>
    g.apply('DequantizeLinear', [call.input(at, 'numbers'), call.input(step, 'steps'), call.optional(zero)])
  const tables = [2, 3, 4].map(at => call.optional(at))
  const [pieces, places, segments] = tables
  const ofTable = new Map<Value, number>()
  ;[pieces, places, segments].forEach((table, i) => {
    if (table) ofTable.set(table, i)
  })
  const gather = (table: Value, ids: Value) => {
    const i = ofTable.get(table) ?? 0
    const rows = g.gather(table, ids)
    return g.apply('DequantizeLinear', [rows, call.input(8 + i, 'steps'), call.optional(13 + i)])
  }
  const { sum, lengths } = embedded(call, { tables, gather, positions: null })
  return [normal(call, sum, floats(5, 11, 16), floats(6, 12, 17)), lengths, sum]
}

interface IntegerPlaces {
  readonly a: number
  readonly b: number
  readonly aStep: number
  readonly bStep: number
  readonly aZero: number
  readonly bZero: number
}

function integerProduct(call: FusedCall, at: IntegerPlaces): Value {
  const { g } = call
  const operands = [call.input(at.a, 'numbers'), call.input(at.b, 'weights')]
  const product = g.apply('MatMulInteger', [...operands, call.optional(at.aZero), call.optional(at.bZero)])
  return g.mul(
    g.cast(product, 'float32'),
    g.mul(call.input(at.aStep, 'a step'), call.input(at.bStep, 'steps')),
  )
}

function projected(call: FusedCall): Value {
  const { g } = call
  const product = g.matMul(call.input(0, 'states'), call.input(1, 'weights'))
  const bias = call.optional(2)
  if (call.optional(4)) call.refuse('attention within one text', 'states of a text before')
  return bias ? g.add(product, bias) : product
}
