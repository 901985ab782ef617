/**
 * The order in which ONNX Runtime computes a graph. It starts from the leaves, the nodes whose results only leave the graph, from the
 * last in the model to the first, and computes before each what it needs. A training graph ends in its deepest gradient:
 * as the nodes were made, everything between loss and inputs would be computed first and kept, and the gradients of all
 * parameters from it afterwards, out of a memory that has grown cold.
 */
import { type Graph, type Node, usedValues } from '../value.js'

/**
 * Puts a graph's leaves at its end, the first one last, so that each gradient of a parameter is computed as soon as what it needs is
 * there.
 * @returns the same nodes and numbers
 */
export function leavesFirst(graph: Graph): Graph {
  const used = usedValues({ nodes: graph.nodes, outputs: [] })
  const isLeaf = ({ outputs }: Node) => !outputs.some(output => used.has(output))
  const leaves = graph.nodes.filter(isLeaf).reverse()
  const nodes = [...graph.nodes.filter(node => !isLeaf(node)), ...leaves]
  return Object.freeze({ ...graph, nodes: Object.freeze(nodes) })
}
