/** Writes graphs as ONNX models: opset 17 and com.microsoft 1. */
import { type AttributeType, type AttributeValue, isTensor } from '../graph/attributes.js'
import { type Dim, isUnknown } from '../graph/dim.js'
import { GraphError } from '../graph/error.js'
import { attributeSpecs } from '../graph/kinds.js'
import { OPERATORS } from '../graph/table.js'
import { ELEMENT_CODES, type ElementType, type Tensor } from '../graph/tensor.js'
import type { Block, Graph, Node, Value } from '../graph/value.js'
import { verifyGraph } from '../graph/verify.js'
import { WireWriter } from './wire.js'

const OPSET = 17
export const PRODUCER = 'nerite'
const IR_VERSION = 8
/** Constants of at most this many elements are written into every block that uses them, longer ones once. */
const LOCAL_CONSTANT = 64

export interface EncodeOptions {
  /** Inputs that become initializers, stored in the model: the parameters of an inference graph. */
  readonly initializers?: Readonly<Record<string, Tensor>>
}

/**
 * Verifies a graph and writes it as an ONNX model.
 *
 * @throws GraphError where the graph breaks a rule, or an initializer doesn't fit the input it replaces
 * @example
 * const session = await runtime.createSession(encodeModel(graph))
 */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array {
  return modelWriter(graph, options).finish()
}

/** What `encodeModel` writes, before it is put together: to compare it with bytes that are there. @throws as it does */
export function modelWriter(graph: Graph, options: EncodeOptions = {}): WireWriter {
  verifyGraph(graph)
  const initializers = options.initializers ?? {}
  for (const [name, tensor] of Object.entries(initializers)) checkInitializer(graph, name, tensor)
  const writer = new ModelWriter(graph)
  const opset = (domain: string, version: number) => new WireWriter().string(1, domain).int(2, version)
  return new WireWriter()
    .int(1, IR_VERSION)
    .string(2, PRODUCER)
    .message(7, writer.graph(graph, initializers))
    .message(8, opset('', OPSET))
    .message(8, opset('com.microsoft', 1))
}

function checkInitializer(graph: Graph, name: string, tensor: Tensor): void {
  const at = graph.inputNames.indexOf(name)
  const got = `${tensor.type}[${tensor.shape.join(', ')}]`
  if (at < 0)
    throw new GraphError(
      'graph/feed',
      `initializer '${name}'`,
      `an input of graph '${graph.name}'`,
      'another name',
    )
  const { type, shape } = graph.inputs[at]
  const fits = type === tensor.type && shape.length === tensor.shape.length
  if (!fits || !shape.every((dim, i) => typeof dim === 'string' || dim === tensor.shape[i]))
    throw new GraphError('graph/feed', `initializer '${name}'`, `${type}[${shape.join(', ')}]`, got)
}

/** Gives every value its name and writes blocks. Names depend only on the order of the graph. */
class ModelWriter {
  private readonly names = new Map<Value, string>()
  private readonly constants = new Map<Value, Tensor>()
  private readonly used = new Set<Value>()
  private nextConstant = 0
  private nextValue = 0
  private nextNode = 0

  constructor(graph: Graph) {
    this.collect(graph)
  }

  private collect(block: Block): void {
    for (const value of block.outputs) this.used.add(value)
    for (const node of block.nodes) {
      if (node.kind === 'Constant') this.constants.set(node.outputs[0], node.attributes.value)
      for (const input of node.inputs) if (input) this.used.add(input)
      if (node.body) this.collect(node.body)
    }
  }

  graph(graph: Graph, initializers: Readonly<Record<string, Tensor>>): WireWriter {
    graph.inputs.forEach((value, i) => {
      this.names.set(value, graph.inputNames[i])
    })
    graph.outputs.forEach((value, i) => {
      this.names.set(value, graph.outputNames[i])
    })
    return this.block(graph, graph.name, longConstants(graph, this.constants), {
      initializers: graph.inputNames.flatMap(name =>
        initializers[name] ? [tensorMessage(name, initializers[name])] : [],
      ),
      inputs: graph.inputs.filter((_, i) => !initializers[graph.inputNames[i]]),
    })
  }

  private body(body: Block): WireWriter {
    for (const input of body.inputs) this.nameOf(input)
    return this.block(body, 'body', [], { initializers: [], inputs: body.inputs })
  }

  private block(
    block: Block,
    name: string,
    shared: readonly Value[],
    { initializers, inputs }: { initializers: readonly WireWriter[]; inputs: readonly Value[] },
  ): WireWriter {
    const own = new Map<Value, string>()
    const constants = [...initializers]
    const write = (tensor: Tensor): string => {
      const constant = `constant_${this.nextConstant++}`
      constants.push(tensorMessage(constant, tensor))
      return constant
    }
    for (const value of shared) {
      const tensor = this.constants.get(value)
      if (tensor) this.names.set(value, write(tensor))
    }
    const nameOf = (value: Value): string => {
      const tensor = this.constants.get(value)
      if (!tensor || tensor.data.length > LOCAL_CONSTANT) return this.nameOf(value)
      const known = own.get(value) ?? write(tensor)
      own.set(value, known)
      return known
    }
    const nodes = block.nodes.filter(node => node.kind !== 'Constant').map(node => this.node(node, nameOf))
    const out = new WireWriter()
    for (const node of nodes) out.message(1, node)
    out.string(2, name)
    for (const constant of constants) out.message(5, constant)
    for (const value of inputs) out.message(11, this.valueInfo(value))
    for (const value of block.outputs) out.message(12, this.valueInfo(value))
    return out
  }

  private nameOf(value: Value): string {
    let name = this.names.get(value)
    if (name === undefined) {
      name = `v_${this.nextValue++}`
      this.names.set(value, name)
    }
    return name
  }

  private node(node: Node, nameOf: (value: Value) => string): WireWriter {
    const operator = OPERATORS[node.kind]
    const out = new WireWriter()
    for (const input of node.inputs) out.string(1, input ? nameOf(input) : '')
    for (const output of this.writtenOutputs(node)) out.string(2, output ? this.nameOf(output) : '')
    out.string(3, `${node.layer ? `${node.layer}/` : ''}${node.kind}_${this.nextNode++}`).string(4, node.kind)
    const specs = attributeSpecs(node.kind)
    for (const [name, value] of Object.entries<AttributeValue>({ ...node.attributes }))
      out.message(5, attributeMessage(name, specs[name].type, value))
    if (node.body)
      out.message(5, new WireWriter().string(1, 'body').message(6, this.body(node.body)).int(20, 5))
    return operator.domain ? out.string(7, operator.domain) : out
  }

  /** Optional outputs that nothing uses are left out; the others must have names, used or not. */
  private writtenOutputs({ kind, outputs }: Node): readonly (Value | null)[] {
    const from = OPERATORS[kind].optionalOutputsFrom ?? outputs.length
    const written = outputs.map((output, i) => (i < from || this.used.has(output) ? output : null))
    let end = written.length
    while (end > 0 && written[end - 1] === null) end--
    return written.slice(0, end)
  }

  private valueInfo(value: Value): WireWriter {
    const shape = new WireWriter()
    for (const dim of value.shape) shape.message(1, dimMessage(dim))
    const tensorType = new WireWriter().int(1, ELEMENT_CODES[value.type]).message(2, shape)
    return new WireWriter().string(1, this.nameOf(value)).message(2, new WireWriter().message(1, tensorType))
  }
}

/** Constants too long to be written more than once, in the order of their first use. */
function longConstants(block: Block, constants: ReadonlyMap<Value, Tensor>): readonly Value[] {
  const found = new Set<Value>()
  const visit = ({ nodes }: Block) => {
    for (const node of nodes) {
      for (const input of node.inputs)
        if (input && (constants.get(input)?.data.length ?? 0) > LOCAL_CONSTANT) found.add(input)
      if (node.body) visit(node.body)
    }
  }
  visit(block)
  return [...found]
}

function dimMessage(dim: Dim): WireWriter {
  if (typeof dim === 'number') return new WireWriter().int(1, dim)
  return isUnknown(dim) ? new WireWriter() : new WireWriter().string(2, dim)
}

function tensorMessage(name: string, { type, shape, data }: Tensor): WireWriter {
  const out = new WireWriter()
  for (const dim of shape) out.int(1, dim)
  return out
    .int(2, ELEMENT_CODES[type as ElementType])
    .string(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

/** ONNX's AttributeProto.AttributeType. */
const ATTRIBUTE_CODES: Record<AttributeType, number> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
}

function attributeMessage(name: string, type: AttributeType, value: AttributeValue): WireWriter {
  const out = new WireWriter().string(1, name)
  if (type === 'float') out.float(2, Number(value))
  else if (type === 'int') out.int(3, Number(value))
  else if (type === 'string') out.string(4, String(value))
  else if (isTensor(value)) out.message(5, tensorMessage('', value))
  else if (Array.isArray(value))
    for (const item of value) {
      if (type === 'floats') out.float(7, Number(item))
      else if (type === 'ints') out.int(8, Number(item))
      else out.string(9, String(item))
    }
  return out.int(20, ATTRIBUTE_CODES[type])
}
