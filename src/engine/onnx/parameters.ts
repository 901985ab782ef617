import type { Graph, Node, Value } from '../graph/value.js'

/** What an initializer of a foreign model is called where it was trained. */
export interface ParameterName {
  readonly name: string
  /** The file holds it transposed, as exporters do with the weights of a linear layer. */
  readonly transposed: boolean
}

/**
 * Names for a model's parameters. Exporters keep the names of biases and embeddings, but turn the weights of linear
 * layers around and give them numbers; such a weight gets its name from the bias that is added to its product:
 * `encoder.dense.bias` makes `encoder.dense.weight`.
 *
 * @param graph a graph that `decodeModel` read
 * @returns for every float input of the graph, its name
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
