/** Nodes that can be left out because their result is there already. */
import { isUnknown, sameShape } from '../dim.js'
import { reshapeTarget } from '../gradient-rules.js'
import type { Operations } from '../operations.js'
import type { Tensor } from '../tensor.js'
import type { Node, Value } from '../value.js'

/** Returns what stands for a node's outputs, or `undefined` where the node is needed. */
export function simplify(
  g: Operations,
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
function zeroBeside(g: Operations, x: Value, y: Value, neutral: number): readonly Value[] | undefined {
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
function isNumber(g: Operations, value: Value, number: number): boolean {
  const tensor = constantOf(g, value)
  if (!tensor || tensor.data.length > 64) return false
  for (const cell of tensor.data) if (Number(cell) !== number) return false
  return true
}

/** What a value holds if a Constant made it. */
export function constantOf(g: Operations, value: Value): Tensor | undefined {
  const made = g.producerOf(value)
  return made?.kind === 'Constant' ? made.attributes.value : undefined
}

/** A computed target of a Reshape in constants, 0 and −1 where that is possible. */
function constantTarget(
  g: Operations,
  x: Value,
  shape: Value | null,
  output: Value,
): readonly Value[] | undefined {
  if (!shape || constantOf(g, shape) || hasUnknown(output) || hasUnknown(x)) return undefined
  const target = reshapeTarget(x.shape, output.shape)
  return target && [g.reshape(x, target)]
}

function hasUnknown(value: Value): boolean {
  return value.shape.some(isUnknown)
}

function isOrdered(perm: readonly number[] | undefined): boolean {
  return perm?.every((axis, i) => axis === i) ?? false
}
