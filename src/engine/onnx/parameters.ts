import type { Tensor } from '../graph/tensor.js'
import type { Graph, Node, Value } from '../graph/value.js'

/** A parameter of a foreign model, named as where it was trained. */
export interface ParameterName {
  readonly name: string
  /** Whether the file holds it transposed. */
  readonly transposed: boolean
}

/**
 * Finds the names of a foreign model's parameters. Exporters keep the names of biases and lookup tables, but transpose
 * the weights of linear layers and number them. Such a weight is named after the bias that is added to its product:
 * `encoder.dense.bias` gives `encoder.dense.weight`. Without a bias, it is named after the module that its product belongs
 * to, where the file says so.
 *
 * @param graph a graph from `decodeModel`
 * @returns the name of every input of the graph
 * @example
 * const { graph, initializers } = decodeModel(bytes)
 * const names = nameParameters(graph)
 * for (const input of Object.keys(initializers)) console.log(names[input].name, initializers[input].shape)
 */
export function nameParameters(graph: Graph): Readonly<Record<string, ParameterName>> {
  const nameOf = new Map<Value, string>(graph.inputs.map((value, i) => [value, graph.inputNames[i]]))
  const users = usersOf(graph)
  const taken = new Set(nameOf.values())
  const names: Record<string, ParameterName> = {}
  for (const [value, name] of nameOf) {
    const found = name.endsWith('.weight')
      ? undefined
      : (weightBeside(value, users, nameOf) ?? weightOfModule(value, name, users))
    const isFree = found !== undefined && !taken.has(found)
    if (isFree) taken.add(found)
    names[name] = isFree ? { name: found, transposed: true } : { name, transposed: false }
  }
  return names
}

/**
 * The inputs of a foreign graph that only say at which angles a sine or a cosine is taken, such as the frequencies of rotary
 * positions: constants of the model, which training leaves alone.
 *
 * @param graph a graph from `decodeModel`
 * @returns their names
 */
export function angleInputs(graph: Graph): ReadonlySet<string> {
  const users = usersOf(graph)
  const outputs = new Set(graph.outputs)
  const reachesPast = (from: Value): boolean => {
    const seen = new Set<Value>()
    const open = [from]
    for (let value = open.pop(); value; value = open.pop()) {
      if (outputs.has(value)) return true
      if (seen.has(value)) continue
      seen.add(value)
      for (const node of users.get(value) ?? [])
        if (node.kind !== 'Sin' && node.kind !== 'Cos') open.push(...node.outputs)
    }
    return false
  }
  return new Set(
    graph.inputNames.filter((_, i) => users.has(graph.inputs[i]) && !reachesPast(graph.inputs[i])),
  )
}

/**
 * Finds tensors that a model stores more than once, as some exporters do with the weights of layers that share them. Each
 * copy would be trained apart. Tensors of one number throughout are only copies where they have one name.
 *
 * @param names of the parameters, as `nameParameters` finds them
 * @returns for each tensor the name of the first that equals it, itself where it is the first
 */
export function tiedTensors(
  initializers: Readonly<Record<string, Tensor>>,
  names: Readonly<Record<string, ParameterName>>,
): ReadonlyMap<string, string> {
  const first = new Map<string, string[]>()
  const tied = new Map<string, string>()
  for (const [name, tensor] of Object.entries(initializers)) {
    const key = `${tensor.type}[${tensor.shape}]${digest(tensor)}`
    const alike = first.get(key) ?? []
    const isOne = isOneNumber(tensor)
    const own = alike.find(
      other => areEqual(initializers[other], tensor) && (!isOne || names[other]?.name === names[name]?.name),
    )
    tied.set(name, own ?? name)
    if (!own) first.set(key, [...alike, name])
  }
  return tied
}

function digest({ data }: Tensor): number {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  // A sample is enough: what has the same one is compared.
  const step = Math.max(1, Math.floor(bytes.length / 4096))
  let hash = 0
  for (let i = 0; i < bytes.length; i += step) hash = (Math.imul(hash, 31) + bytes[i]) | 0
  return hash
}

function areEqual(a: Tensor, b: Tensor): boolean {
  for (let i = 0; i < a.data.length; i++) if (!Object.is(a.data[i], b.data[i])) return false
  return true
}

function isOneNumber({ data }: Tensor): boolean {
  for (let i = 1; i < data.length; i++) if (data[i] !== data[0]) return false
  return true
}

type Users = ReadonlyMap<Value, readonly Node[]>

function usersOf({ nodes }: Graph): Users {
  const users = new Map<Value, Node[]>()
  for (const node of nodes)
    for (const value of node.inputs)
      if (value) {
        const known = users.get(value)
        if (known) known.push(node)
        else users.set(value, [node])
      }
  return users
}

/** The products of a weight that stands on their right. */
function productsOf(weight: Value, users: Users): readonly Node[] {
  if (weight.shape.length !== 2) return []
  return (users.get(weight) ?? []).filter(({ kind, inputs }) => kind === 'MatMul' && inputs[1] === weight)
}

/** The name of a weight by that of the bias that is added to its product. */
function weightBeside(weight: Value, users: Users, nameOf: ReadonlyMap<Value, string>): string | undefined {
  for (const product of productsOf(weight, users))
    for (const sum of users.get(product.outputs[0]) ?? []) {
      if (sum.kind !== 'Add') continue
      const bias = nameOf.get(sum.inputs.find(value => value && nameOf.has(value)) as Value)
      if (bias?.endsWith('.bias')) return `${bias.slice(0, -'bias'.length)}weight`
    }
  return undefined
}

/** Numbers that exporters give to tensors that have no name of their own. */
const NUMBERED = /^(onnx::\w+_|val_|v_)?\d+(_quantized)?$/

function weightOfModule(weight: Value, name: string, users: Users): string | undefined {
  if (!NUMBERED.test(name)) return undefined
  const [product] = productsOf(weight, users)
  const path = product?.layer.replaceAll('/', '.').replace(/^\.+/, '') ?? ''
  return path === '' ? undefined : `${path}.weight`
}
