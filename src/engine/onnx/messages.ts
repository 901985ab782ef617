/** ONNX's messages (onnx.proto) as plain objects: the fields the engine reads, without interpretation. */
import type { AttributeValue } from '../graph/attributes.js'
import { allocate, elementTypeOfCode, sizeOf, type Tensor } from '../graph/tensor.js'
import { WireReader } from './wire.js'

export interface ModelMessage {
  readonly producer: string
  /** Version of each operator set, by domain. */
  readonly opsets: ReadonlyMap<string, number>
  readonly graph: GraphMessage
}

export interface GraphMessage {
  readonly name: string
  readonly nodes: readonly NodeMessage[]
  readonly initializers: readonly TensorMessage[]
  readonly inputs: readonly ValueInfoMessage[]
  readonly outputs: readonly ValueInfoMessage[]
}

export interface NodeMessage {
  readonly kind: string
  readonly domain: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue | GraphMessage>>
}

interface TensorMessage {
  readonly name: string
  readonly tensor: Tensor
}

export interface ValueInfoMessage {
  readonly name: string
  readonly elementCode: number
  /** Each dimension is a number, a name, or unknown (`undefined`); no shape at all where the rank isn't known. */
  readonly shape: readonly (number | string | undefined)[] | undefined
}

/** @throws RangeError or TypeError where the bytes are damaged */
export function readModel(bytes: Uint8Array): ModelMessage {
  const model = new WireReader(bytes)
  const [graph] = model.messages(7, readGraph).slice(-1)
  if (!graph) throw new RangeError('the model has no graph')
  const opsets = model.messages(8, opset => [readDomain(opset.text(1)), opset.int(2)] as const)
  return { producer: model.text(2), opsets: new Map(opsets), graph }
}

/**
 * Tensors that a model stores, by name, without reading the rest of it.
 * @throws RangeError or TypeError where the bytes are damaged
 */
export function readInitializers(bytes: Uint8Array, names: ReadonlySet<string>): ReadonlyMap<string, Tensor> {
  const [graph] = new WireReader(bytes).messages(7, whole => whole).slice(-1)
  const found = new Map<string, Tensor>()
  graph?.messages(5, message => {
    const name = message.text(8)
    if (names.has(name)) found.set(name, readTensor(message).tensor)
  })
  return found
}

function readDomain(text: string): string {
  return text === 'ai.onnx' ? '' : text
}

function readGraph(graph: WireReader): GraphMessage {
  if (graph.has(15)) throw new RangeError('sparse initializers are not supported')
  return {
    name: graph.text(2),
    nodes: graph.messages(1, readNode),
    initializers: graph.messages(5, readTensor),
    inputs: graph.messages(11, readValueInfo),
    outputs: graph.messages(12, readValueInfo),
  }
}

function readNode(node: WireReader): NodeMessage {
  return {
    kind: node.text(4),
    domain: readDomain(node.text(7)),
    name: node.text(3),
    inputs: node.texts(1),
    outputs: node.texts(2),
    attributes: Object.fromEntries(node.messages(5, readAttribute)),
  }
}

function readAttribute(attribute: WireReader): [string, AttributeValue | GraphMessage] {
  const name = attribute.text(1)
  const type = attribute.int(20)
  const value = [
    undefined,
    attribute.floats(2).at(-1) ?? 0,
    attribute.int(3),
    attribute.text(4),
    attribute.messages(5, readTensor).at(-1)?.tensor,
    attribute.messages(6, readGraph).at(-1),
    attribute.floats(7),
    attribute.ints(8).map(Number),
    attribute.texts(9),
  ][type]
  if (value === undefined)
    throw new RangeError(`attribute '${name}' is of a type that is not supported (${type})`)
  return [name, value]
}

function readTensor(message: WireReader): TensorMessage {
  const name = message.text(8)
  if (message.has(13) || message.int(14) !== 0)
    throw new RangeError(`tensor '${name}' is kept in another file, which is not supported`)
  const code = message.int(2)
  const type = elementTypeOfCode(code)
  if (!type) throw new RangeError(`tensor '${name}' is of a type that is not supported (ONNX's ${code})`)
  const shape = message.ints(1).map(Number)
  const raw = message.bytes(9)
  const numbers = [...message.floats(4), ...message.ints(5), ...message.ints(7), ...message.doubles(10)]
  // Before anything is allocated, because damaged dimensions may be huge
  const size = sizeOf(shape)
  const given = raw ? raw.length / allocate(type, 1).byteLength : numbers.length
  if (given !== size) throw new RangeError(`tensor '${name}' has ${given} cells, but its shape needs ${size}`)
  const data = allocate(type, size)
  if (raw) new Uint8Array(data.buffer).set(raw)
  else if (data instanceof BigInt64Array) for (let i = 0; i < size; i++) data[i] = BigInt(numbers[i])
  else for (let i = 0; i < size; i++) data[i] = Number(numbers[i])
  return { name, tensor: { type, shape, data } }
}

function readValueInfo(value: WireReader): ValueInfoMessage {
  const name = value.text(1)
  const [type] = value.messages(2, whole => whole).slice(-1)
  const [tensor] = type?.messages(1, whole => whole).slice(-1) ?? []
  if (type && !tensor) throw new RangeError(`value '${name}' is not a tensor`)
  return {
    name,
    elementCode: tensor?.int(1) ?? 0,
    shape: tensor?.messages(2, shape => shape.messages(1, readDim)).at(-1),
  }
}

function readDim(dim: WireReader): number | string | undefined {
  if (dim.has(2)) return dim.text(2)
  return dim.has(1) ? dim.int(1) : undefined
}
