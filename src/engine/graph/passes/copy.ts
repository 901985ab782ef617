import type { Operations } from '../operations.js'
import type { Block, Node, Value } from '../value.js'

export interface CopyOptions {
  /** The layer a copy belongs to, from that of the original. Default: the same. */
  readonly layer?: (name: string) => string
  /** What takes the place of a node without a body, where that isn't simply the same node again. */
  readonly replace?: (
    g: Operations,
    node: Node,
    inputs: readonly (Value | null)[],
  ) => readonly Value[] | undefined
}

/**
 * Records nodes again: the one way in which nodes are copied.
 *
 * @param g where the copies go
 * @param moved what stands for values of the original; one that it lacks stands for itself. Gains every node's outputs.
 */
export function copyNodes(
  g: Operations,
  nodes: readonly Node[],
  moved: Map<Value, Value>,
  options: CopyOptions = {},
): void {
  const { layer = name => name, replace } = options
  for (const node of nodes) {
    const outputs = g.asLayer(layer(node.layer), () => {
      if (node.kind === 'Constant') return [g.constantTensor(node.attributes.value)]
      const inputs = node.inputs.map(value => value && (moved.get(value) ?? value))
      if (node.body) return g.op(node.kind, inputs, node.attributes, copyBody(g, node.body, moved, options))
      return replace?.(g, node, inputs) ?? g.op(node.kind, inputs, node.attributes)
    })
    node.outputs.forEach((value, i) => {
      moved.set(value, outputs[i])
    })
  }
}

/** Copies a body into a fresh scope inside `g`. @param moved as for `copyNodes` */
export function copyBody(
  g: Operations,
  body: Block,
  moved: Map<Value, Value>,
  options: CopyOptions = {},
): Block {
  const inner = g.child()
  const inputs = body.inputs.map(value => {
    const input = inner.bodyInput(value.type, value.shape)
    moved.set(value, input)
    return input
  })
  copyNodes(inner, body.nodes, moved, options)
  const outputs = ownOutputs(
    inner,
    body.outputs.map(value => moved.get(value) ?? value),
  )
  return inner.close(inputs, outputs)
}

/**
 * Outputs of a block must be made by its own nodes other than constants, each its own value: an Identity stands in for
 * an input, a captured value, a constant, or a value that is an output already (ONNX Runtime refuses one that is both
 * state and output of a Scan).
 */
export function ownOutputs(g: Operations, outputs: readonly Value[]): readonly Value[] {
  const taken = new Set<Value>()
  const own = new Set(g.nodes.flatMap(node => (node.kind === 'Constant' ? [] : node.outputs)))
  return outputs.map(value => {
    const result = own.has(value) && !taken.has(value) ? value : g.identity(value)
    taken.add(result)
    return result
  })
}
