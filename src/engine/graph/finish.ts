/**
 * From a builder to a graph: keeps what the outputs need, rebuilds it smaller, names and verifies it.
 */
import type { GraphBuilder } from './builder.js'
import { GraphError } from './error.js'
import { mergeLoops } from './merge-loops.js'
import { pruneNodes } from './prune.js'
import { rebuildNodes } from './rebuild.js'
import { type Block, describe, type Graph, type Node, type Value } from './value.js'
import { verifyGraph } from './verify.js'

/** @param out an empty builder the finished graph is made in */
export function finishGraph(
  source: GraphBuilder,
  out: GraphBuilder,
  outputs: Readonly<Record<string, Value>>,
): Graph {
  const names = Object.keys(outputs)
  if (names.length === 0)
    throw new GraphError('graph/structure', `graph '${source.name}'`, 'at least one output', 'none')
  for (const name of names)
    if (outputs[name].scope !== source.scope)
      throw new GraphError(
        'graph/scope',
        `output '${name}'`,
        'a value of the builder itself',
        `${describe(outputs[name])} of another scope`,
      )
  const merged = mergeLoops(source.nodes)
  const wanted = names.map(name => merged.alias.get(outputs[name]) ?? outputs[name])
  const needed = pruneNodes(merged.nodes, wanted)

  const used = usedValues(needed, wanted)
  const moved = new Map<Value, Value>()
  for (const value of source.inputs) {
    const name = source.inputNameOf(value)
    if (name !== undefined && used.has(value)) moved.set(value, out.input(name, value.type, value.shape))
  }
  rebuildNodes(out, needed, moved)
  const rebuilt = wanted.map(value => moved.get(value) ?? value)
  const distinct = ownOutputs(out, rebuilt, value => out.producerOf(value)?.kind !== 'Constant')
  const nodes = pruneNodes(out.nodes, distinct)
  const left = usedValues(nodes, distinct)
  const inputs = out.inputs.filter(value => left.has(value))
  const graph: Graph = Object.freeze({
    name: source.name,
    scope: out.scope,
    inputs: Object.freeze(inputs),
    inputNames: Object.freeze(inputs.map(value => out.inputNameOf(value) ?? '')),
    nodes: Object.freeze(nodes),
    outputs: Object.freeze(distinct),
    outputNames: Object.freeze(names),
  })
  verifyGraph(graph)
  return graph
}

/**
 * Outputs of a block must be made by its own nodes, each its own value: an Identity stands in for an input, a captured
 * value, or one that is an output already (ONNX Runtime refuses a value that is both state and output of a Scan).
 */
export function ownOutputs(
  g: GraphBuilder,
  outputs: readonly Value[],
  suits: (value: Value) => boolean = () => true,
): readonly Value[] {
  const taken = new Set<Value>()
  const own = new Set(g.nodes.flatMap(node => node.outputs))
  return outputs.map(value => {
    const result = own.has(value) && !taken.has(value) && suits(value) ? value : g.identity(value)
    taken.add(result)
    return result
  })
}

function usedValues(nodes: readonly Node[], outputs: readonly Value[]): ReadonlySet<Value> {
  const used = new Set<Value>(outputs)
  const visit = (block: Pick<Block, 'nodes' | 'outputs'>) => {
    for (const value of block.outputs) used.add(value)
    for (const node of block.nodes) {
      for (const value of node.inputs) if (value) used.add(value)
      if (node.body) visit(node.body)
    }
  }
  visit({ nodes, outputs })
  return used
}
