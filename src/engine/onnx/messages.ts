/** ONNX's messages (onnx.proto) as plain objects: the fields the engine reads, without interpretation. */
import type { AttributeValue } from '../graph/attributes.js'
import { allocate, elementTypeOfCode, sizeOf, type Tensor } from '../graph/tensor.js'
import { floatsOf, intsOf, readFields, toText, type WireField } from './wire.js'

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

export function readModel(bytes: Uint8Array): ModelMessage {
  let producer = ''
  let graph: GraphMessage | undefined
  const opsets = new Map<string, number>()
  for (const field of readFields(bytes)) {
    if (field.field === 2) producer = toText(field.bytes)
    else if (field.field === 7) graph = readGraph(field.bytes)
    else if (field.field === 8) {
      let domain = ''
      let version = 0
      for (const inner of readFields(field.bytes)) {
        if (inner.field === 1) domain = toText(inner.bytes)
        else if (inner.field === 2) version = Number(inner.int)
      }
      opsets.set(domain === 'ai.onnx' ? '' : domain, version)
    }
  }
  if (!graph) throw new RangeError('the model has no graph')
  return { producer, opsets, graph }
}

function readGraph(bytes: Uint8Array): GraphMessage {
  let name = ''
  const nodes: NodeMessage[] = []
  const initializers: TensorMessage[] = []
  const inputs: ValueInfoMessage[] = []
  const outputs: ValueInfoMessage[] = []
  for (const field of readFields(bytes)) {
    if (field.field === 1) nodes.push(readNode(field.bytes))
    else if (field.field === 2) name = toText(field.bytes)
    else if (field.field === 5) initializers.push(readTensor(field.bytes))
    else if (field.field === 11) inputs.push(readValueInfo(field.bytes))
    else if (field.field === 12) outputs.push(readValueInfo(field.bytes))
    else if (field.field === 15) throw new RangeError('sparse initializers are not supported')
  }
  return { name, nodes, initializers, inputs, outputs }
}

function readNode(bytes: Uint8Array): NodeMessage {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes: Record<string, AttributeValue | GraphMessage> = {}
  let name = ''
  let kind = ''
  let domain = ''
  for (const field of readFields(bytes)) {
    if (field.field === 1) inputs.push(toText(field.bytes))
    else if (field.field === 2) outputs.push(toText(field.bytes))
    else if (field.field === 3) name = toText(field.bytes)
    else if (field.field === 4) kind = toText(field.bytes)
    else if (field.field === 5) {
      const [key, value] = readAttribute(field.bytes)
      attributes[key] = value
    } else if (field.field === 7) domain = toText(field.bytes)
  }
  return { kind, domain: domain === 'ai.onnx' ? '' : domain, name, inputs, outputs, attributes }
}

function readAttribute(bytes: Uint8Array): [string, AttributeValue | GraphMessage] {
  let name = ''
  let type = 0
  let float = 0
  let int = 0
  let text = ''
  let tensor: Tensor | undefined
  let graph: GraphMessage | undefined
  const floats: number[] = []
  const ints: number[] = []
  const strings: string[] = []
  for (const field of readFields(bytes)) {
    if (field.field === 1) name = toText(field.bytes)
    else if (field.field === 2) [float] = floatsOf(field)
    else if (field.field === 3) int = Number(field.int)
    else if (field.field === 4) text = toText(field.bytes)
    else if (field.field === 5) tensor = readTensor(field.bytes).tensor
    else if (field.field === 6) graph = readGraph(field.bytes)
    else if (field.field === 7) floats.push(...floatsOf(field))
    else if (field.field === 8) ints.push(...intsOf(field).map(Number))
    else if (field.field === 9) strings.push(toText(field.bytes))
    else if (field.field === 20) type = Number(field.int)
  }
  const value = [undefined, float, int, text, tensor, graph, floats, ints, strings][type]
  if (value === undefined)
    throw new RangeError(`attribute '${name}' is of a type that is not supported (${type})`)
  return [name, value]
}

function readTensor(bytes: Uint8Array): TensorMessage {
  let name = ''
  let code = 0
  let raw: Uint8Array | undefined
  const shape: number[] = []
  const numbers: (number | bigint)[] = []
  for (const field of readFields(bytes)) {
    if (field.field === 1) shape.push(...intsOf(field).map(Number))
    else if (field.field === 2) code = Number(field.int)
    else if (field.field === 8) name = toText(field.bytes)
    else if (field.field === 9) raw = field.bytes
    else if (field.field === 13 || (field.field === 14 && field.int !== 0n))
      throw new RangeError(`tensor '${name}' is kept in another file, which is not supported`)
    else pushNumbers(field, numbers)
  }
  const type = elementTypeOfCode(code)
  if (!type) throw new RangeError(`tensor '${name}' is of a type that is not supported (ONNX's ${code})`)
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

/** `float_data`, `int32_data`, `int64_data` and `double_data`, each packed or not. */
function pushNumbers(field: WireField, numbers: (number | bigint)[]): void {
  if (field.field === 4) for (const value of floatsOf(field)) numbers.push(value)
  else if (field.field === 5 || field.field === 7) for (const value of intsOf(field)) numbers.push(value)
  else if (field.field === 10) {
    const view = new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.byteLength)
    for (let at = 0; at < field.bytes.length; at += 8) numbers.push(view.getFloat64(at, true))
  }
}

function readValueInfo(bytes: Uint8Array): ValueInfoMessage {
  let name = ''
  let elementCode = 0
  let shape: (number | string | undefined)[] | undefined
  for (const field of readFields(bytes)) {
    if (field.field === 1) name = toText(field.bytes)
    if (field.field !== 2) continue
    for (const type of readFields(field.bytes)) {
      if (type.field !== 1) throw new RangeError(`value '${name}' is not a tensor`)
      for (const inner of readFields(type.bytes)) {
        if (inner.field === 1) elementCode = Number(inner.int)
        else if (inner.field === 2) shape = readShape(inner.bytes)
      }
    }
  }
  return { name, elementCode, shape }
}

function readShape(bytes: Uint8Array): (number | string | undefined)[] {
  const shape: (number | string | undefined)[] = []
  for (const dim of readFields(bytes)) {
    let value: number | string | undefined
    for (const field of readFields(dim.bytes)) {
      if (field.field === 1) value = Number(field.int)
      else if (field.field === 2) value = toText(field.bytes)
    }
    shape.push(value)
  }
  return shape
}
