import { scanParts } from './ops/loop.js'
import type { Node, Value } from './value.js'

export interface Merged {
  readonly nodes: readonly Node[]
  /** Outputs of loops that were merged into another, and what stands for them now. */
  readonly alias: ReadonlyMap<Value, Value>
}

/**
 * Makes one loop of several that run the same steps on the same inputs and differ only in what they emit, as
 * differentiation leaves them: the loop itself, and its copy with more outputs.
 */
export function mergeLoops(nodes: readonly Node[]): Merged {
  const groups = new Map<string, Node[]>()
  for (const node of nodes) {
    const key = loopKey(node)
    if (key) groups.set(key, [...(groups.get(key) ?? []), node])
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

function loopKey(node: Node): string | undefined {
  if (!node.body) return undefined
  const directions = node.attributes.scan_input_directions
  const states = node.body.outputs.slice(0, stateCount(node)).map(value => value.id)
  return JSON.stringify([node.body.scope, states, node.inputs.map(value => value?.id ?? -1), directions])
}

function stateCount(node: Node): number {
  return scanParts(node.inputs, Number(node.attributes.num_scan_inputs)).states.length
}

function mergeInto(first: Node, others: readonly Node[], alias: Map<Value, Value>): Node {
  const states = stateCount(first)
  const bodyOutputs: Value[] = []
  const outputs: Value[] = []
  const directions: number[] = []
  const at = new Map<string, number>()
  for (const node of [first, ...others]) {
    const written = (node.attributes.scan_output_directions ?? []) as readonly number[]
    node.body?.outputs.forEach((value, i) => {
      const direction = i < states ? -1 : (written[i - states] ?? 0)
      const key = i < states ? `state ${i}` : `${value.id} ${direction}`
      const known = at.get(key)
      if (known !== undefined) {
        if (outputs[known] !== node.outputs[i]) alias.set(node.outputs[i], outputs[known])
        return
      }
      at.set(key, outputs.length)
      bodyOutputs.push(value)
      outputs.push(node.outputs[i])
      if (i >= states) directions.push(direction)
    })
  }
  const { body } = first
  return {
    ...first,
    outputs,
    attributes: { ...first.attributes, scan_output_directions: directions },
    ...(body && { body: { ...body, outputs: bodyOutputs } }),
  }
}

/** Puts aliases in place of the values they stand for, bodies included. */
function rename(node: Node, alias: ReadonlyMap<Value, Value>): Node {
  const look = (value: Value) => alias.get(value) ?? value
  const { body } = node
  return {
    ...node,
    inputs: node.inputs.map(value => value && look(value)),
    ...(body && {
      body: {
        ...body,
        nodes: body.nodes.map(inner => rename(inner, alias)),
        outputs: body.outputs.map(look),
      },
    }),
  }
}
