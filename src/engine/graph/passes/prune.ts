import { scanDirections, scanParts } from '../scan.js'
import { capturesOf, type Node, type NodeOf, usedValues, type Value } from '../value.js'

/** The nodes that some values need, in their order; loops lose the outputs and sequences that nothing needs. */
export function pruneNodes(nodes: readonly Node[], wanted: readonly Value[]): readonly Node[] {
  const live = new Set(wanted)
  const kept: Node[] = []
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some(output => live.has(output))) continue
    const left = node.kind === 'Scan' ? pruneLoop(node, live) : node
    kept.push(left)
    for (const input of left.inputs) if (input) live.add(input)
    if (left.body) for (const value of capturesOf(left.body)) live.add(value)
  }
  return kept.reverse()
}

function pruneLoop(node: NodeOf<'Scan'>, live: ReadonlySet<Value>): NodeOf<'Scan'> {
  const { body, inputs, attributes } = node
  const count = attributes.num_scan_inputs
  const states = inputs.length - count
  const { read, written } = scanDirections(attributes, node.outputs.length - states)
  const outputs = [...node.outputs.keys()].filter(i => i < states || live.has(node.outputs[i]))
  const bodyOutputs = outputs.map(i => body.outputs[i])
  const nodes = pruneNodes(body.nodes, bodyOutputs)
  const used = usedValues({ nodes, outputs: bodyOutputs })
  const slices = scanParts(body.inputs, count).sequences
  const usedSlices = [...slices.keys()].filter(i => used.has(slices[i]))
  // A loop needs one sequence to know how many steps to run
  const sequences = usedSlices.length > 0 ? usedSlices : [0]
  return {
    ...node,
    inputs: [...inputs.slice(0, states), ...sequences.map(i => inputs[states + i])],
    outputs: outputs.map(i => node.outputs[i]),
    attributes: {
      num_scan_inputs: sequences.length,
      scan_input_directions: sequences.map(i => read[i]),
      scan_output_directions: outputs.filter(i => i >= states).map(i => written[i - states]),
    },
    body: {
      scope: body.scope,
      inputs: [...body.inputs.slice(0, states), ...sequences.map(i => slices[i])],
      nodes,
      outputs: bodyOutputs,
    },
  }
}
