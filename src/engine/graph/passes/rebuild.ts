/**
 * Records nodes again, simpler: constants are folded, operators that change nothing vanish, repeated subexpressions
 * are made once, and what a loop's body would make the same at every step is made outside of it.
 */
import { isTensor } from '../attributes.js'
import { type OpKind, readAttributes } from '../kinds.js'
import { fromTensor, type NdArray, roundToType, toTensor } from '../nd-array.js'
import type { Operations } from '../operations.js'
import type { Operator } from '../operator.js'
import { OPERATORS } from '../table.js'
import { fingerprint, sizeOf } from '../tensor.js'
import type { Node, NodeOf, Value } from '../value.js'
import { copyNodes } from './copy.js'
import { constantOf, simplify } from './simplify.js'

/** Most elements of a constant that folding may make. */
const FOLD_LIMIT = 1024

type Inputs = readonly (Value | null)[]

/** @param moved where each value of the source has gone; gains every node's outputs */
export function rebuildNodes(g: Operations, nodes: readonly Node[], moved: Map<Value, Value>): void {
  /** What each scope has made, by operator, inputs and attributes. */
  const made = new Map<Operations, Map<string, readonly Value[]>>()
  copyNodes(g, nodes, moved, {
    replace: (scope, node, inputs) => {
      if (OPERATORS[node.kind].random) return undefined
      const simpler = simplify(scope, node, inputs) ?? fold(scope, node, inputs)
      if (simpler) return simpler
      const home = homeOf(scope, inputs)
      const key = keyOf(node, inputs)
      for (let at: Operations | undefined = home; at; at = at.outer) {
        const known = made.get(at)?.get(key)
        if (known) return known
      }
      const outputs = home.op(node.kind, inputs, node.attributes)
      made.set(home, (made.get(home) ?? new Map<string, readonly Value[]>()).set(key, outputs))
      return outputs
    },
  })
}

/** The outermost scope in which all inputs are known. */
function homeOf(scope: Operations, inputs: Inputs): Operations {
  let at = scope
  while (at.outer && !inputs.some(value => value?.scope === at.scope)) at = at.outer
  return at
}

function keyOf(node: Node, inputs: Inputs): string {
  const attributes = Object.entries(node.attributes).map(([name, value]) =>
    isTensor(value) ? [name, value.type, value.shape, fingerprint(value)] : [name, value],
  )
  return JSON.stringify([node.kind, inputs.map(value => value?.id ?? -1), attributes])
}

/** Computes a node of constants now. */
function fold<K extends OpKind>(
  g: Operations,
  node: NodeOf<K>,
  inputs: Inputs,
): readonly Value[] | undefined {
  const { kind, attributes, outputs } = node
  if (!outputs.every(isSmall)) return undefined
  if (kind === 'Shape') {
    const { content } = outputs[0]
    if (!inputs[0]?.shape.every(dim => typeof dim === 'number')) return undefined
    return content?.every(dim => typeof dim === 'number')
      ? [g.int64(content as readonly number[])]
      : undefined
  }
  const constants = inputs.map(input => input && constantOf(g, input))
  if (constants.includes(undefined)) return undefined
  const arrays = constants.map(constant => (constant ? fromTensor(constant) : null))
  const operator: Operator<K> = OPERATORS[kind]
  return operator
    .evaluate({
      attributes: readAttributes(kind, attributes),
      inputs: arrays as readonly NdArray[],
      optional: at => arrays[at] ?? null,
      outputs,
      run: () => [],
    })
    .map(array => g.constantTensor(toTensor(roundToType(array, false))))
}

function isSmall({ shape }: Value): boolean {
  return shape.every(dim => typeof dim === 'number') && sizeOf(shape as readonly number[]) <= FOLD_LIMIT
}
