import { scanParts } from './ops/loop.js'
import type { Block, Node, Value } from './value.js'
import { capturesOf } from './value.js'

/** The nodes that some values need, in their order; loops lose the outputs and sequences nothing needs. */
export function pruneNodes(nodes: readonly Node[], wanted: readonly Value[]): readonly Node[] {
  const live = new Set(wanted)
  const kept: Node[] = []
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some(output => live.has(output))) continue
    const left = node.body ? pruneLoop(node, node.body, live) : node
    kept.push(left)
    for (const input of left.inputs) if (input) live.add(input)
    if (left.body) for (const value of capturesOf(left.body)) live.add(value)
  }
  return kept.reverse()
}

function pruneLoop(node: Node, body: Block, live: ReadonlySet<Value>): Node {
  const count = Number(node.attributes.num_scan_inputs)
  const states = node.inputs.length - count
  const written = (node.attributes.scan_output_directions ?? []) as readonly number[]
  const read = (node.attributes.scan_input_directions ?? []) as readonly number[]
  const outputs = [...node.outputs.keys()].filter(i => i < states || live.has(node.outputs[i]))
  const bodyOutputs = outputs.map(i => body.outputs[i])
  const nodes = pruneNodes(body.nodes, bodyOutputs)
  const used = new Set<Value>(bodyOutputs)
  for (const inner of nodes) {
    for (const value of inner.inputs) if (value) used.add(value)
    if (inner.body) for (const value of capturesOf(inner.body)) used.add(value)
  }
  const slices = scanParts(body.inputs, count).sequences
  const usedSlices = [...slices.keys()].filter(i => used.has(slices[i]))
  // A loop needs one sequence to know how often to go round
  const sequences = usedSlices.length > 0 ? usedSlices : [0]
  return {
    ...node,
    inputs: [...node.inputs.slice(0, states), ...sequences.map(i => node.inputs[states + i])],
    outputs: outputs.map(i => node.outputs[i]),
    attributes: {
      num_scan_inputs: sequences.length,
      scan_input_directions: sequences.map(i => read[i] ?? 0),
      scan_output_directions: outputs.filter(i => i >= states).map(i => written[i - states] ?? 0),
    },
    body: {
      scope: body.scope,
      inputs: [...body.inputs.slice(0, states), ...sequences.map(i => slices[i])],
      nodes,
      outputs: bodyOutputs,
    },
  }
}
