import type { GraphBuilder } from './builder.js'
import { copyBlock } from './copy.js'
import { GraphError } from './error.js'
import { describe, type Graph, type Value } from './value.js'

/** Copies a graph's nodes into a builder. @returns the graph's outputs by name */
export function includeGraph(
  g: GraphBuilder,
  graph: Graph,
  inputs: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  const moved = new Map<Value, Value>()
  graph.inputs.forEach((value, i) => {
    const name = graph.inputNames[i]
    const given = inputs[name]
    if (!given || given.type !== value.type || given.shape.length !== value.shape.length)
      throw new GraphError(
        'graph/feed',
        `include '${graph.name}', input '${name}'`,
        describe(value),
        given ? describe(given) : 'nothing',
      )
    moved.set(value, given)
  })
  const look = (value: Value) => moved.get(value) ?? value
  for (const node of graph.nodes) {
    const outputs = g.inLayer(node.layer, () =>
      g.op(
        node.kind,
        node.inputs.map(value => value && look(value)),
        node.attributes,
        node.body && copyBlock(g.child(), node.body, moved),
      ),
    )
    node.outputs.forEach((value, i) => {
      moved.set(value, outputs[i])
    })
  }
  return Object.fromEntries(graph.outputs.map((value, i) => [graph.outputNames[i], look(value)]))
}
