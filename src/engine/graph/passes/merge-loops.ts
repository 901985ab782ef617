import { scanDirections } from '../scan.js'
import type { Node, NodeOf, Value } from '../value.js'

type Loop = NodeOf<'Scan'>

interface Merged {
  readonly nodes: readonly Node[]
  /** Outputs of loops that were merged into another, and what stands for them now. */
  readonly alias: ReadonlyMap<Value, Value>
}

/**
 * Makes one loop of several that run the same steps on the same inputs and differ only in what they emit. Differentiation
 * leaves such loops: the loop itself, and its copy with more outputs.
 */
export function mergeLoops(nodes: readonly Node[]): Merged {
  const groups = new Map<string, Loop[]>()
  for (const node of nodes) {
    if (node.kind !== 'Scan') continue
    const key = loopKey(node)
    groups.set(key, [...(groups.get(key) ?? []), node])
  }
  const alias = new Map<Value, Value>()
  const replaced = new Map<Node, Node | null>()
  for (const group of groups.values()) {
    if (group.length < 2) continue
    const [first, ...others] = group
    replaced.set(first, mergeInto(first, others, alias))
    for (const other of others) replaced.set(other, null)
  }
  if (replaced.size === 0) return { nodes, alias }
  const result = nodes.flatMap(node => {
    const kept = replaced.get(node)
    return kept === null ? [] : [rename(kept ?? node, alias)]
  })
  return { nodes: result, alias }
}

const stateCount = ({ inputs, attributes }: Loop) => inputs.length - attributes.num_scan_inputs

function loopKey(node: Loop): string {
  const states = node.body.outputs.slice(0, stateCount(node)).map(value => value.id)
  const inputs = node.inputs.map(value => value?.id ?? -1)
  return JSON.stringify([node.body.scope, states, inputs, scanDirections(node.attributes, 0).read])
}

function mergeInto(first: Loop, others: readonly Loop[], alias: Map<Value, Value>): Loop {
  const states = stateCount(first)
  const bodyOutputs: Value[] = []
  const outputs: Value[] = []
  const directions: number[] = []
  const at = new Map<string, number>()
  for (const node of [first, ...others]) {
    const { written } = scanDirections(node.attributes, node.outputs.length - states)
    node.body.outputs.forEach((value, i) => {
      const key = i < states ? `state ${i}` : `${value.id} ${written[i - states]}`
      const known = at.get(key)
      if (known !== undefined) {
        if (outputs[known] !== node.outputs[i]) alias.set(node.outputs[i], outputs[known])
        return
      }
      at.set(key, outputs.length)
      bodyOutputs.push(value)
      outputs.push(node.outputs[i])
      if (i >= states) directions.push(written[i - states])
    })
  }
  return {
    ...first,
    outputs,
    attributes: { ...first.attributes, scan_output_directions: directions },
    body: { ...first.body, outputs: bodyOutputs },
  }
}

/** Puts aliases in place of the values they stand for, bodies included. */
function rename(node: Node, alias: ReadonlyMap<Value, Value>): Node {
  const look = (value: Value) => alias.get(value) ?? value
  const inputs = node.inputs.map(value => value && look(value))
  if (!node.body) return { ...node, inputs }
  const nodes = node.body.nodes.map(inner => rename(inner, alias))
  return { ...node, inputs, body: { ...node.body, nodes, outputs: node.body.outputs.map(look) } }
}
