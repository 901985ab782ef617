import type { GraphBuilder } from './builder.js'
import type { Block, Value } from './value.js'

/**
 * Copies a block into a fresh body.
 * @param into an empty body of the scope the copy is for
 * @param replace what takes the place of captured values
 */
export function copyBlock(into: GraphBuilder, block: Block, replace: ReadonlyMap<Value, Value>): Block {
  const copies = new Map<Value, Value>(replace)
  const look = (value: Value) => copies.get(value) ?? value
  const inputs = block.inputs.map(value => {
    const copy = into.bodyInput(value.type, value.shape)
    copies.set(value, copy)
    return copy
  })
  for (const node of block.nodes) {
    const body = node.body && copyBlock(into.child(), node.body, copies)
    const outputs = into.asLayer(node.layer, () =>
      into.op(
        node.kind,
        node.inputs.map(value => value && look(value)),
        node.attributes,
        body,
      ),
    )
    node.outputs.forEach((value, i) => {
      copies.set(value, outputs[i])
    })
  }
  return into.close(inputs, block.outputs.map(look))
}
