/** Nodes that can be left out: what they answer is there already. */

import { isTensor } from './attributes.js'
import type { GraphBuilder } from './builder.js'
import { sameShape } from './dim.js'
import { reshapeTarget } from './gradient-rules.js'
import type { Node, Value } from './value.js'

/** Answers what stands for a node's outputs, or `undefined` where the node is needed. */
export function simplify(
  g: GraphBuilder,
  node: Node,
  inputs: readonly (Value | null)[],
): readonly Value[] | undefined {
  const [x, y] = inputs
  if (!x) return undefined
  const [output] = node.outputs
  switch (node.kind) {
    case 'Identity':
      return [x]
    case 'Cast':
      return x.type === output.type ? [x] : undefined
    case 'Reshape':
      if (sameShape(x.shape, output.shape)) return [x]
      return constantTarget(g, x, y, output)
    case 'Expand':
      return sameShape(x.shape, output.shape) && !hasUnknown(output) ? [x] : undefined
    case 'Transpose':
      return isOrdered(node.attributes.perm) ? [x] : undefined
    case 'Concat':
      return inputs.length === 1 ? [x] : undefined
    case 'Add':
      return y ? zeroBeside(g, x, y, 0) : undefined
    case 'Sub':
      return y && isNumber(g, y, 0) && sameShape(output.shape, x.shape) ? [x] : undefined
    case 'Mul':
      return y ? zeroBeside(g, x, y, 1) : undefined
    case 'Div':
      return y && isNumber(g, y, 1) && sameShape(output.shape, x.shape) ? [x] : undefined
    default:
      return undefined
  }
}

/** `x + 0` and `x · 1`, either way round. */
function zeroBeside(g: GraphBuilder, x: Value, y: Value, neutral: number): readonly Value[] | undefined {
  if (isNumber(g, y, neutral) && givesWay(y, x)) return [x]
  if (isNumber(g, x, neutral) && givesWay(x, y)) return [y]
  return undefined
}

/** Whether a constant doesn't broadcast the value beside it. */
function givesWay(constant: Value, other: Value): boolean {
  if (sameShape(constant.shape, other.shape)) return true
  return constant.shape.length <= other.shape.length && constant.shape.every(dim => dim === 1)
}

/** Whether a value is a constant that holds one number throughout. */
function isNumber(g: GraphBuilder, value: Value, number: number): boolean {
  const made = g.producerOf(value)
  const tensor = made?.kind === 'Constant' ? made.attributes.value : undefined
  if (!isTensor(tensor) || tensor.data.length > 64) return false
  for (const cell of tensor.data) if (Number(cell) !== number) return false
  return true
}

/** A computed target of a Reshape, said in constants, 0 and −1 where that is possible. */
function constantTarget(
  g: GraphBuilder,
  x: Value,
  shape: Value | null,
  output: Value,
): readonly Value[] | undefined {
  if (!shape || g.producerOf(shape)?.kind === 'Constant' || hasUnknown(output) || hasUnknown(x))
    return undefined
  const target = reshapeTarget(x.shape, output.shape)
  return target && [g.reshape(x, target)]
}

function hasUnknown(value: Value): boolean {
  return value.shape.some(dim => typeof dim === 'string' && dim.includes('?'))
}

function isOrdered(perm: unknown): boolean {
  return Array.isArray(perm) && perm.every((axis, i) => axis === i)
}
