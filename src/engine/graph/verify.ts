/**
 * Checks a graph without trusting who made it: an invalid model can crash a runtime's whole process.
 */
import { agree } from './dim.js'
import { GraphError } from './error.js'
import { inferOutputs } from './infer.js'
import { isOpKind, parseAttributes } from './kinds.js'
import { type Block, describe, type Graph, type Node, nodeLabel, type Value } from './value.js'

/**
 * @throws GraphError naming the node, its layer, the shapes and the rule broken: values used before they are made or
 * outside their scope, types or shapes that are not what the operator's rule gives, outputs that are not a node's own,
 * names that are blank or taken.
 */
export function verifyGraph(graph: Graph): void {
  const where = `graph '${graph.name}'`
  if (graph.outputs.length === 0) refuse(where, 'at least one output', 'none')
  if (graph.inputNames.length !== graph.inputs.length || graph.outputNames.length !== graph.outputs.length)
    refuse(where, 'a name for every input and output', 'another number of names')
  const names = new Set<string>()
  for (const name of [...graph.inputNames, ...graph.outputNames]) {
    if (name === '') refuse(where, 'names that are not blank', "''")
    if (names.has(name)) refuse(where, 'names that differ', `'${name}' twice`)
    names.add(name)
  }
  verifyBlock(graph, new Set(), where)
}

function verifyBlock(block: Block, outer: ReadonlySet<Value>, where: string): void {
  const known = new Set<Value>(outer)
  const make = (value: Value, by: string) => {
    if (known.has(value)) refuse(by, 'values that are made once', `${describe(value)} twice`)
    known.add(value)
  }
  for (const input of block.inputs) make(input, where)
  for (const node of block.nodes) {
    if (!isOpKind(node.kind)) refuse(`node '${node.kind}'`, 'an operator of the engine', 'an unknown one')
    const label = nodeLabel(node)
    for (const input of node.inputs)
      if (input && !known.has(input))
        throw new GraphError('graph/scope', label, 'inputs made before, in scope', describe(input))
    if (node.body) verifyBlock(node.body, known, `the body of ${label}`)
    verifyOutputs(node, label)
    for (const output of node.outputs) make(output, label)
  }
  const own = new Set(block.nodes.filter(node => node.kind !== 'Constant').flatMap(node => node.outputs))
  const taken = new Set<Value>()
  for (const output of block.outputs) {
    if (!own.has(output)) refuse(where, "outputs made by the block's own nodes", describe(output))
    if (taken.has(output)) refuse(where, 'outputs that differ (put an Identity between)', describe(output))
    taken.add(output)
  }
}

function verifyOutputs(node: Node, label: string): void {
  parseAttributes(
    node.kind,
    node.attributes,
    (expected, got) => new GraphError('graph/attribute', label, expected, got),
  )
  let fresh = 0
  const inferred = inferOutputs(node, () => `?v${fresh++}`)
  if (inferred.length !== node.outputs.length)
    throw new GraphError('graph/arity', label, `${inferred.length} outputs`, String(node.outputs.length))
  node.outputs.forEach((output, i) => {
    const { type, shape } = inferred[i]
    const fits = type === output.type && shape.length === output.shape.length
    if (!fits || !shape.every((dim, axis) => agree(dim, output.shape[axis])))
      throw new GraphError(
        'graph/shape',
        label,
        `output ${i} to be ${type}[${shape.join(', ')}]`,
        describe(output),
      )
  })
}

function refuse(where: string, expected: string, got: string): never {
  throw new GraphError('graph/structure', where, expected, got)
}
