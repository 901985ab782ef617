/**
 * Where an encoder's graph has dropout while it is trained, which its file does not say. The places are those of encoders that
 * are built from layers: the embeddings, attention weights, and what each branch adds to the states that pass it by.
 */
import type { Dim } from '../../engine/graph/dim.js'
import type { CopyOptions } from '../../engine/graph/passes/copy.js'
import type { Graph, Node, Value } from '../../engine/graph/value.js'
import { GRAPH } from './graph-architecture.js'

export interface DropoutPlace {
  /** The input of the node that is dropped, or what the node makes. */
  readonly at: number | 'output'
  /** Of what is dropped: `[batch, heads, time, time]` or `[batch, time, features]`. */
  readonly shape: Value['shape']
  /** The highest layer whose parameters it depends on; −1 for none. */
  readonly layer: number
}

/**
 * Finds the places:
 * - a softmax over the last of four axes makes attention weights;
 * - an addition whose one operand is a linear layer's output and depends on the other is the end of a branch;
 * - the one value that depends on the pieces and on no layer, and that layers read, is the embeddings. Where a linear layer
 *   widens them, they are dropped before it.
 *
 * @param layerOf the layer of each parameter
 */
export function dropoutPlaces(
  graph: Graph,
  { width, layerOf }: { readonly width: number; readonly layerOf: Readonly<Record<string, number>> },
): ReadonlyMap<Node, DropoutPlace> {
  const maker = new Map(graph.nodes.flatMap(node => node.outputs.map(value => [value, node] as const)))
  const fixed: readonly string[] = Object.values(GRAPH)
  const parameters = new Set(graph.inputs.filter((_, i) => !fixed.includes(graph.inputNames[i])))
  const layers = layersIn(graph, layerOf)
  const isParameter = (value: Value | null): boolean => {
    if (!value) return false
    const node = maker.get(value)
    return node?.kind === 'Transpose' ? isParameter(node.inputs[0]) : parameters.has(value)
  }
  /** The product of the linear layer that makes a value. */
  const productOf = (value: Value | null): Node | undefined => {
    const node = value ? maker.get(value) : undefined
    if (!node) return undefined
    const { kind, inputs } = node
    if (kind === 'Reshape' || kind === 'Identity') return productOf(inputs[0])
    if (kind === 'Add' && inputs.some(isParameter))
      return productOf(inputs.find(own => !isParameter(own)) ?? null)
    return ['MatMul', 'FusedMatMul', 'Gemm'].includes(kind) && isParameter(inputs[1]) ? node : undefined
  }
  const found = new Map<Node, DropoutPlace>()
  const add = (node: Node | undefined, at: DropoutPlace['at']) => {
    const value = at === 'output' ? node?.outputs[0] : node?.inputs[at]
    if (node && value?.shape.every(isOfStep))
      found.set(node, { at, shape: value.shape, layer: layers.get(value) ?? -1 })
  }
  const embeddings = embeddingsIn(graph, layers)
  if (embeddings) {
    const widened = productOf(embeddings)
    add(widened ?? maker.get(embeddings), widened ? 0 : 'output')
  }
  for (const node of graph.nodes) {
    const [made] = node.outputs
    if (node.kind === 'Softmax' && areWeights(node)) add(node, 'output')
    if (node.kind !== 'Add' || made.shape.length !== 3 || made.shape[2] !== width) continue
    const at = [0, 1].find(
      own => productOf(node.inputs[own]) && dependsOn(node.inputs[own], node.inputs[1 - own], maker),
    )
    if (at !== undefined) add(node, at)
  }
  return found
}

/** Copies nodes with dropout in these places. @param drop a value times a mask of its shape */
export function withDropout(
  places: ReadonlyMap<Node, DropoutPlace>,
  drop: (value: Value, shape: Value['shape']) => Value,
): NonNullable<CopyOptions['replace']> {
  return (g, node, inputs) => {
    const place = places.get(node)
    if (!place) return undefined
    const { at, shape } = place
    if (at === 'output') return g.op(node.kind, inputs, node.attributes).map(value => drop(value, shape))
    const dropped = inputs.map((value, i) => (i === at && value ? drop(value, shape) : value))
    return g.op(node.kind, dropped, node.attributes)
  }
}

/** Whether each step knows a dimension. */
function isOfStep(dim: Dim): boolean {
  return typeof dim === 'number' || dim === 'batch' || dim === 'time'
}

/** The value that all layers begin with. */
function embeddingsIn(graph: Graph, layers: ReadonlyMap<Value, number>): Value | undefined {
  const own = new Set(
    graph.inputs.filter((_, i) => [GRAPH.embedded, GRAPH.ids].includes(graph.inputNames[i] as never)),
  )
  const read = new Set<Value>()
  for (const { inputs, outputs } of graph.nodes) {
    const used = inputs.filter(value => value !== null && own.has(value)) as Value[]
    if (used.length === 0) continue
    for (const output of outputs) own.add(output)
    if (layers.get(outputs[0]) === -1) continue
    for (const value of used)
      if (layers.get(value) === -1 && value.type === 'float32' && value.shape.length === 3) read.add(value)
  }
  const [first, ...others] = read
  return others.length === 0 ? first : undefined
}

function areWeights({ attributes, outputs: [{ shape }] }: Node): boolean {
  const { axis = -1 } = attributes as { readonly axis?: number }
  return shape.length === 4 && typeof shape[1] === 'number' && (axis === -1 || axis === 3)
}

/** The highest layer that each value depends on. */
function layersIn(graph: Graph, layerOf: Readonly<Record<string, number>>): ReadonlyMap<Value, number> {
  const layers = new Map(graph.inputs.map((value, i) => [value, layerOf[graph.inputNames[i]] ?? -1]))
  for (const { inputs, outputs } of graph.nodes) {
    const highest = Math.max(-1, ...inputs.map(value => (value && layers.get(value)) ?? -1))
    for (const output of outputs) layers.set(output, highest)
  }
  return layers
}

function dependsOn(value: Value | null, other: Value | null, maker: ReadonlyMap<Value, Node>): boolean {
  if (!value || !other || !maker.has(other)) return false
  const seen = new Set<Value>()
  const open = [value]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next === other) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const input of maker.get(next)?.inputs ?? []) if (input) open.push(input)
  }
  return false
}
