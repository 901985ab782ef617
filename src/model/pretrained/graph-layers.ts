import type { Graph, Value } from '../../engine/graph/value.js'

export interface GraphLayers {
  readonly layers: number
  /** By parameter; −1 for what is below the first layer. */
  readonly layerOf: Readonly<Record<string, number>>
}

/** A layer's number in the name of a module: `encoder.layer.3.output`, `transformer.h.3`. */
const LAYER = /(?:layers?|h|blocks?)[._](\d+)[._]/

/**
 * The layer of each parameter of an encoder's graph. It is in the name, or in that of the module that reads the parameter; a
 * parameter without either belongs to the highest layer whose states it meets.
 */
export function layersOf(graph: Graph, parameters: readonly string[]): GraphLayers {
  const named = new Map<string, number>()
  const nameOf = new Map<Value, string>(graph.inputs.map((value, i) => [value, graph.inputNames[i]]))
  const note = (name: string, text: string) => {
    const number = LAYER.exec(`${text.replaceAll('/', '.')}.`)?.[1]
    if (number !== undefined && !named.has(name)) named.set(name, Number(number))
  }
  for (const name of parameters) note(name, name)
  for (const { inputs, layer } of graph.nodes)
    for (const value of inputs) {
      const name = value && nameOf.get(value)
      if (name !== undefined && name !== null && parameters.includes(name)) note(name, layer)
    }
  const numbers = [...new Set(named.values())].sort((a, b) => a - b)
  const place = new Map(numbers.map((number, i) => [number, i]))
  const layerOf = new Map([...named].map(([name, number]) => [name, place.get(number) as number]))
  fromStates(graph, parameters, layerOf, nameOf)
  return {
    layers: Math.max(1, numbers.length),
    layerOf: Object.fromEntries(
      parameters.map(name => [name, numbers.length > 0 ? (layerOf.get(name) ?? -1) : 0]),
    ),
  }
}

/** Adds the layers of parameters that have none: the highest of what is computed with them. */
function fromStates(
  graph: Graph,
  parameters: readonly string[],
  layerOf: Map<string, number>,
  nameOf: ReadonlyMap<Value, string>,
): void {
  const own = new Set(parameters)
  const highest = new Map<Value, number>()
  const open: { readonly name: string; readonly layer: number }[] = []
  for (const { inputs, outputs } of graph.nodes) {
    const met = inputs.map(value => {
      if (!value) return -1
      const name = nameOf.get(value)
      return (name === undefined ? highest.get(value) : layerOf.get(name)) ?? -1
    })
    const layer = Math.max(-1, ...met)
    for (const value of inputs) {
      const name = value && nameOf.get(value)
      if (name && own.has(name) && !layerOf.has(name)) open.push({ name, layer })
    }
    for (const output of outputs) highest.set(output, layer)
  }
  for (const { name, layer } of open) if (!layerOf.has(name)) layerOf.set(name, layer)
}
