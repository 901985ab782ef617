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
 * `encoder.dense.bias` gives `encoder.dense.weight`.
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
  const users = new Map<Value, Node[]>()
  for (const node of graph.nodes)
    for (const value of node.inputs) if (value) users.set(value, [...(users.get(value) ?? []), node])
  const names: Record<string, ParameterName> = {}
  for (const [value, name] of nameOf) {
    const bias = biasBeside(value, users, nameOf)
    names[name] =
      bias?.endsWith('.bias') && !name.endsWith('.weight')
        ? { name: `${bias.slice(0, -'bias'.length)}weight`, transposed: true }
        : { name, transposed: false }
  }
  return names
}

/** The input that is added to the product of a weight. */
function biasBeside(
  weight: Value,
  users: ReadonlyMap<Value, readonly Node[]>,
  nameOf: ReadonlyMap<Value, string>,
): string | undefined {
  if (weight.shape.length !== 2) return undefined
  for (const product of users.get(weight) ?? []) {
    if (product.kind !== 'MatMul' || product.inputs[1] !== weight) continue
    for (const sum of users.get(product.outputs[0]) ?? []) {
      if (sum.kind !== 'Add') continue
      const other = sum.inputs.find(value => value && nameOf.has(value))
      if (other) return nameOf.get(other)
    }
  }
  return undefined
}
