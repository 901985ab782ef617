/** ONNX's messages (onnx.proto) as plain objects: the fields the engine reads, without interpretation. */
import type { AttributeValue } from '../graph/attributes.js'
import type { Tensor } from '../graph/tensor.js'
import { OnnxError } from './error.js'
import { type OutsideData, readTensor, type TensorMessage } from './tensors.js'
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
  /** The module of the exported program that the node belongs to (`encoder.layer.0.output`), where the file says so. */
  readonly module: string
  readonly attributes: Readonly<Record<string, AttributeValue | GraphMessage>>
}

export interface ValueInfoMessage {
  readonly name: string
  readonly elementCode: number
  /** Each dimension is a number, a name, or unknown (`undefined`); no shape at all where the rank isn't known. */
  readonly shape: readonly (number | string | undefined)[] | undefined
}

/**
 * @param outside numbers that are kept in other files; default: none may be
 * @throws RangeError or TypeError where the bytes are damaged, OnnxError for what the engine does not read
 */
export function readModel(bytes: Uint8Array, outside?: OutsideData): ModelMessage {
  const model = new WireReader(bytes)
  const read = new GraphReader(outside)
  const [graph] = model.messages(7, message => read.graph(message)).slice(-1)
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

/** Bodies inside bodies; damaged or hostile bytes may have any number. */
const DEEPEST = 16

class GraphReader {
  private depth = 0

  constructor(private readonly outside: OutsideData | undefined) {}

  graph(graph: WireReader): GraphMessage {
    if (graph.has(15))
      throw new OnnxError('onnx/unsupported', 'model', 'tensors that are stored whole', 'sparse ones')
    if (++this.depth > DEEPEST) throw new RangeError('graphs inside graphs go too deep')
    const read = {
      name: graph.text(2),
      nodes: graph.messages(1, message => this.node(message)),
      initializers: graph.messages(5, message => readTensor(message, this.outside)),
      inputs: graph.messages(11, readValueInfo),
      outputs: graph.messages(12, readValueInfo),
    }
    this.depth--
    return read
  }

  private node(node: WireReader): NodeMessage {
    const name = node.text(3)
    return {
      kind: node.text(4),
      domain: readDomain(node.text(7)),
      name,
      inputs: node.texts(1),
      outputs: node.texts(2),
      module: moduleOf(node),
      attributes: Object.fromEntries(node.messages(5, message => this.attribute(message))),
    }
  }

  private attribute(attribute: WireReader): [string, AttributeValue | GraphMessage] {
    const name = attribute.text(1)
    const type = attribute.int(20)
    const value = [
      () => undefined,
      () => attribute.floats(2).at(-1) ?? 0,
      () => attribute.int(3),
      () => attribute.text(4),
      () => attribute.messages(5, message => readTensor(message)).at(-1)?.tensor,
      () => attribute.messages(6, message => this.graph(message)).at(-1),
      () => attribute.floats(7),
      () => attribute.ints(8).map(Number),
      () => attribute.texts(9),
    ][type]?.()
    if (value !== undefined) return [name, value]
    if (type > 8 && type < 15)
      throw new OnnxError(
        'onnx/unsupported',
        `attribute '${name}'`,
        'numbers, texts and tensors',
        `type ${type}`,
      )
    throw new RangeError(`attribute '${name}' is of a type that is not supported (${type})`)
  }
}

/** PyTorch's exporter notes the modules around a node, the innermost last: `['', 'encoder', 'encoder.layer.0']`. */
const MODULES = 'pkg.torch.onnx.name_scopes'

function moduleOf(node: WireReader): string {
  const notes = node.messages(9, note => [note.text(1), note.text(2)] as const)
  const [, scopes = ''] = notes.find(([key]) => key === MODULES) ?? []
  // The last name is the node's own.
  return [...scopes.matchAll(/'([^']*)'/g)].map(([, name]) => name).at(-2) ?? ''
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
