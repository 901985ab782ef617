/** Reads ONNX models into graphs: models that `encodeModel` wrote, and those of other tools. */
import { isTensor } from '../graph/attributes.js'
import { GraphBuilder } from '../graph/builder.js'
import { canonicalDim, type Dim, isDimName } from '../graph/dim.js'
import { GraphError } from '../graph/error.js'
import { isOpKind, parseAttributes } from '../graph/kinds.js'
import { ownOutputs } from '../graph/passes/copy.js'
import { OPERATORS } from '../graph/table.js'
import { ELEMENT_CODES, isFloat, type Tensor, tensor } from '../graph/tensor.js'
import type { Block, Graph, Value } from '../graph/value.js'
import { verifyGraph } from '../graph/verify.js'
import { PRODUCER } from './encode.js'
import { OnnxError } from './error.js'
import { isRefused, openFused } from './fused.js'
import {
  type GraphMessage,
  type ModelMessage,
  type NodeMessage,
  readModel,
  type ValueInfoMessage,
} from './messages.js'
import { computedType, type OutsideData, typeNameOf } from './tensors.js'
import { upgradeNode } from './upgrade.js'

/** Operator sets after this one have operators that mean something else. */
const NEWEST = 22

export interface DecodedModel {
  /** Every stored float tensor of more than one element is an input, to be fed or trained. */
  readonly graph: Graph
  /** The stored values of those inputs, by name. */
  readonly initializers: Readonly<Record<string, Tensor>>
}

export interface DecodeOptions {
  /** Numbers that the model keeps in other files of its folder; default: it may keep none there. */
  readonly outside?: OutsideData
  /** Which stored tensors become inputs; default: floats of more than one element. */
  readonly isInput?: (tensor: Tensor) => boolean
}

/**
 * Reads an ONNX model. Floats of 16 bits become floats of 32. Operators that ONNX Runtime's tools make of several plain ones
 * (`Attention`, `SkipLayerNormalization` …) become plain ones again.
 *
 * @throws OnnxError where the bytes are damaged, or use something that the engine doesn't support
 * @example
 * const { graph, initializers } = decodeModel(await readFile('encoder.onnx'))
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): DecodedModel {
  let model: ModelMessage
  try {
    model = readModel(bytes, options.outside)
  } catch (cause) {
    if (cause instanceof RangeError || cause instanceof TypeError)
      throw new OnnxError('onnx/damaged', 'model', 'an ONNX model', cause.message)
    throw cause
  }
  const opset = model.opsets.get('') ?? 1
  if (opset < 11 || opset > NEWEST)
    throw unsupported('model', `opset 11 to ${NEWEST}`, String(opset), 'export it with opset 17')
  try {
    return new ModelReader(model, opset, options).read()
  } catch (cause) {
    if (cause instanceof GraphError) throw new OnnxError('onnx/graph', cause.where, cause.expected, cause.got)
    throw cause
  }
}

type Names = Map<string, Value>

class ModelReader {
  private readonly g: GraphBuilder
  private readonly own: boolean

  constructor(
    private readonly model: ModelMessage,
    private readonly opset: number,
    private readonly options: DecodeOptions,
  ) {
    this.g = new GraphBuilder(model.graph.name)
    this.own = model.producer === PRODUCER
  }

  read(): DecodedModel {
    const { g, model } = this
    const { graph } = model
    const names: Names = new Map()
    const initializers: Record<string, Tensor> = {}
    const stored = new Set(graph.initializers.map(({ name }) => name))
    for (const { name, tensor } of graph.initializers) {
      if (this.isConstant(name, tensor)) names.set(name, constant(g, tensor))
      else {
        names.set(name, g.input(name, tensor.type, tensor.shape))
        initializers[name] = tensor
      }
    }
    for (const input of graph.inputs)
      if (!stored.has(input.name)) names.set(input.name, g.input(input.name, ...this.typeOf(input)))
    for (const node of graph.nodes) this.node(g, node, names)
    const outputs = ownOutputs(
      g,
      graph.outputs.map(({ name }) => look(names, name, `output '${name}'`)),
    )
    const result: Graph = Object.freeze({
      name: graph.name,
      scope: g.scope,
      inputs: Object.freeze([...g.inputs]),
      inputNames: Object.freeze(g.inputs.map(value => g.inputNameOf(value) ?? '')),
      nodes: Object.freeze([...g.nodes]),
      outputs: Object.freeze(outputs),
      outputNames: Object.freeze(graph.outputs.map(({ name }) => name)),
    })
    verifyGraph(result)
    return { graph: result, initializers }
  }

  /** Our own models name their constants; in others, integers and single numbers are constants. */
  private isConstant(name: string, tensor: Tensor): boolean {
    if (this.own) return /^constant_\d+$/.test(name)
    const { isInput = isLongFloat } = this.options
    return !isInput(tensor)
  }

  private typeOf({ name, elementCode, shape }: ValueInfoMessage): [Value['type'], Dim[]] {
    const type = computedType(elementCode)
    if (!type) throw unsupported(`input '${name}'`, 'an element type of the engine', typeNameOf(elementCode))
    if (!shape) throw unsupported(`input '${name}'`, 'a known number of dimensions', 'none')
    return [type, shape.map((dim, i) => readDim(dim, `?${name}_${i}`))]
  }

  private node(g: GraphBuilder, written: NodeMessage, names: Names): void {
    const node = upgradeNode(g, written, this.opset, name => look(names, name, labelOf(written)))
    const { kind } = node
    if (kind === 'Constant') {
      const value = constantOf(node.attributes)
      if (!value)
        throw unsupported(
          labelOf(written),
          'a constant tensor or number',
          Object.keys(node.attributes).join(),
        )
      names.set(written.outputs[0], constant(g, value))
      return
    }
    const layer = layerOf(written)
    const opened = g.asLayer(layer, () => openFused(g, node, labelOf(written)))
    if (opened) {
      written.outputs.forEach((name, i) => {
        const value = opened[i]
        if (name !== '' && value) names.set(name, value)
      })
      return
    }
    if (!isOpKind(kind) || (OPERATORS[kind].domain ?? '') !== node.domain)
      throw unsupported(
        labelOf(written),
        'an operator of the engine',
        `${node.domain}${node.domain && '.'}${kind}`,
        isRefused(kind),
      )
    const given: Record<string, unknown> = {}
    let body: Block | undefined
    for (const [name, value] of Object.entries(node.attributes)) {
      if (typeof value === 'object' && 'nodes' in value) body = this.body(g.child(), value, names)
      else if (kind === 'Cast' && name === 'to') given[name] = castTarget(Number(value))
      else if (!isScanDefault(kind, name, value)) given[name] = value
    }
    const attributes = parseAttributes(
      kind,
      given,
      (expected, got) => new GraphError('graph/attribute', labelOf(written), expected, got),
    )
    const outputs = g.asLayer(layer, () => g.op(kind, node.inputs, attributes, body))
    written.outputs.forEach((name, i) => {
      if (name !== '') names.set(name, outputs[i])
    })
  }

  private body(g: GraphBuilder, message: GraphMessage, outer: Names): Block {
    const names: Names = new Map(outer)
    for (const { name, tensor } of message.initializers) names.set(name, constant(g, tensor))
    const inputs = message.inputs.map(input => {
      const value = g.bodyInput(...this.typeOf(input))
      names.set(input.name, value)
      return value
    })
    for (const node of message.nodes) this.node(g, node, names)
    const outputs = message.outputs.map(({ name }) => look(names, name, `output '${name}' of a body`))
    return g.close(inputs, ownOutputs(g, outputs))
  }
}

/** Each constant stays where it was written, even if another is equal. */
function constant(g: GraphBuilder, value: Tensor): Value {
  return g.op('Constant', [], { value })[0]
}

function constantOf({ value, ...numbers }: NodeMessage['attributes']): Tensor | undefined {
  if (isTensor(value)) return value
  const { value_float, value_int, value_ints, value_floats } = numbers
  if (typeof value_float === 'number') return tensor('float32', [value_float], [])
  if (typeof value_int === 'number') return tensor('int64', [value_int], [])
  if (Array.isArray(value_ints)) return tensor('int64', value_ints)
  return Array.isArray(value_floats) ? tensor('float32', value_floats) : undefined
}

/** The engine's Scan always uses axis 0; a model may say so. */
function isScanDefault(kind: string, name: string, value: unknown): boolean {
  return (
    kind === 'Scan' &&
    (name === 'scan_input_axes' || name === 'scan_output_axes') &&
    Array.isArray(value) &&
    value.every(axis => axis === 0)
  )
}

function isLongFloat({ type, data }: Tensor): boolean {
  return isFloat(type) && data.length > 1
}

/** Floats of 16 bits are computed in 32. */
function castTarget(code: number): number {
  const type = computedType(code)
  return type ? ELEMENT_CODES[type] : code
}

function readDim(dim: number | string | undefined, unknown: string): Dim {
  if (dim === undefined || dim === '') return unknown.replace(/[^\w?]/g, '_')
  if (typeof dim === 'number') return dim < 0 ? unknown.replace(/[^\w?]/g, '_') : dim
  if (isDimName(dim)) return dim
  try {
    return canonicalDim(dim)
  } catch {
    return dim.replace(/\W/g, '_').replace(/^(?=\d)/, '_')
  }
}

function unsupported(where: string, expected: string, got: string, remedy?: string): OnnxError {
  return new OnnxError('onnx/unsupported', where, expected, got, remedy)
}

function look(names: Names, name: string, where: string): Value {
  const value = names.get(name)
  if (!value) throw new OnnxError('onnx/graph', where, 'values made before they are used', `'${name}'`)
  return value
}

/** The module that a node belongs to, or the path that its name begins with. */
function layerOf({ name, module }: NodeMessage): string {
  return module || name.slice(0, Math.max(0, name.lastIndexOf('/')))
}

function labelOf({ kind, name }: NodeMessage): string {
  return name ? `${kind} '${name}'` : kind
}
