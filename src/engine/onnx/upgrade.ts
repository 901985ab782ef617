/** Converts nodes of other operator set versions (11 to 22) to opset 17, which the table of operators uses. */

import type { AttributeValue } from '../graph/attributes.js'
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { OnnxError } from './error.js'
import type { GraphMessage, NodeMessage } from './messages.js'

export interface UpgradedNode {
  readonly kind: string
  readonly domain: string
  readonly inputs: readonly (Value | null)[]
  readonly attributes: Readonly<Record<string, AttributeValue | GraphMessage>>
}

const AXES_MOVED = new Set(['Squeeze', 'Unsqueeze', 'ReduceSum'])
const REDUCTIONS = /^Reduce(L1|L2|LogSumExp|Max|Mean|Min|Prod|SumSquare)$/
const FLATTENING = new Set(['Softmax', 'LogSoftmax'])

export function upgradeNode(
  g: GraphBuilder,
  node: NodeMessage,
  opset: number,
  look: (name: string) => Value,
): UpgradedNode {
  const inputs = node.inputs.map(name => (name === '' ? null : look(name)))
  const attributes = { ...node.attributes }
  const plain = { kind: node.kind, domain: node.domain, inputs, attributes }
  if (node.domain !== '') return plain
  const refuse = (expected: string, got: string) =>
    new OnnxError('onnx/unsupported', node.name ? `${node.kind} '${node.name}'` : node.kind, expected, got)

  // Attributes that became inputs with opset 13
  if (opset < 13 && AXES_MOVED.has(node.kind) && Array.isArray(attributes.axes)) {
    inputs[1] = g.int64(attributes.axes as number[])
    delete attributes.axes
  }
  if (node.kind === 'Split' && !inputs[1]) {
    const axis = Number(attributes.axis ?? 0)
    const rank = inputs[0]?.shape.length ?? 0
    const length = inputs[0]?.shape[axis < 0 ? axis + rank : axis]
    const count = node.outputs.length
    if (!Array.isArray(attributes.split) && typeof length !== 'number')
      throw refuse('sizes, or an axis of known length', `${length}`)
    const part = Math.ceil(Number(length) / count)
    const even = Array.from({ length: count }, (_, i) => Math.min(part, Number(length) - i * part))
    inputs[1] = g.int64(Array.isArray(attributes.split) ? (attributes.split as number[]) : even)
    delete attributes.split
    delete attributes.num_outputs
  }
  // Before opset 13 softmax ran over all axes from `axis` on
  if (opset < 13 && FLATTENING.has(node.kind)) {
    const rank = inputs[0]?.shape.length ?? 0
    const axis = Number(attributes.axis ?? 1)
    if (axis !== rank - 1 && axis !== -1)
      throw refuse('softmax over the last axis', `axis ${axis} of opset ${opset}`)
    attributes.axis = -1
  }
  if (opset < 12 && node.kind === 'Dropout') {
    const ratio = attributes.ratio
    if (typeof ratio === 'number') inputs[1] = g.scalar(ratio)
    delete attributes.ratio
  }
  // Axes that became an input with opset 18
  if (opset >= 18 && REDUCTIONS.test(node.kind) && inputs[1]) {
    const axes = inputs[1].content
    if (!axes?.every(axis => typeof axis === 'number'))
      throw refuse('axes that are constant', 'computed ones')
    attributes.axes = axes as number[]
    inputs.length = 1
  }
  if (REDUCTIONS.test(node.kind) && attributes.noop_with_empty_axes === 0)
    delete attributes.noop_with_empty_axes
  if (opset >= 18 && node.kind === 'Pad' && inputs[3]) throw refuse('pads for every axis', 'an axes input')
  if (opset >= 20 && node.kind === 'Gelu') {
    const approximate = attributes.approximate ?? 'none'
    if (approximate !== 'none' && approximate !== 'tanh') throw refuse('none or tanh', String(approximate))
    const kind = approximate === 'tanh' ? 'FastGelu' : 'Gelu'
    return { ...plain, kind, domain: 'com.microsoft', attributes: {} }
  }
  if (node.kind === 'QuantizeLinear' || node.kind === 'DequantizeLinear') {
    if (attributes.block_size) throw refuse('a step for each number or along an axis', 'blocks of numbers')
    if (attributes.saturate === 1 || attributes.saturate === undefined) delete attributes.saturate
    for (const name of ['block_size', 'output_dtype'] as const)
      if (attributes[name] === 0) delete attributes[name]
  }
  if (node.kind === 'Cast' || node.kind === 'CastLike') delete attributes.saturate
  if (attributes.reduction === 'none') delete attributes.reduction
  return plain
}
