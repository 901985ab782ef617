/** Pieces that shape rules are made of. */
import { agree, type Dim, isUnknown } from './dim.js'
import type { Inferred, ShapeCall, ShapeRule } from './operator.js'
import { type ElementType, isFloat } from './tensor.js'
import type { Value } from './value.js'

/** Longest integer tensor whose content is followed while building. */
const CONTENT_LIMIT = 64

export function checkFloat(call: ShapeCall, value: Value): void {
  if (!isFloat(value.type)) call.fail('graph/type', 'float32 or float64', value.type)
}

export function checkType(call: ShapeCall, value: Value, ...types: readonly ElementType[]): void {
  if (!types.includes(value.type)) call.fail('graph/type', types.join(' or '), value.type)
}

/** The types that arithmetic and comparisons take. */
export const NUMBERS: readonly ElementType[] = ['float32', 'float64', 'int32', 'int64']

export function checkNumber(call: ShapeCall, value: Value): void {
  checkType(call, value, ...NUMBERS)
}

export function checkSameType(call: ShapeCall, a: Value, ...others: readonly Value[]): void {
  for (const b of others)
    if (b.type !== a.type) call.fail('graph/type', 'inputs of one type', `${a.type} and ${b.type}`)
}

export function checkRank(call: ShapeCall, value: Value, rank: number): void {
  if (value.shape.length !== rank)
    call.fail('graph/shape', `${rank} dimensions`, `[${value.shape.join(', ')}]`)
}

export function checkDim(call: ShapeCall, what: string, a: Dim, b: Dim): void {
  if (!agree(a, b)) call.fail('graph/shape', what, `${a} and ${b}`)
}

/** Brings an axis into 0 … rank−1. */
export function checkAxis(call: ShapeCall, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    call.fail('graph/shape', `an axis in ${-rank} … ${rank - 1}`, String(axis))
  return axis < 0 ? axis + rank : axis
}

/** Brings distinct axes into 0 … rank−1, sorted. */
export function checkAxes(call: ShapeCall, axes: readonly number[], rank: number): number[] {
  const checked = axes.map(axis => checkAxis(call, axis, rank)).sort((a, b) => a - b)
  if (new Set(checked).size < checked.length)
    call.fail('graph/shape', 'axes that differ', `[${axes.join(', ')}]`)
  return checked
}

/** The shape that shapes are broadcast to: aligned at the right, 1 gives way. */
export function broadcast(call: ShapeCall, ...shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    let result: Dim = 1
    for (const shape of shapes) {
      const dim: Dim = shape[i - rank + shape.length] ?? 1
      if (dim === 1 || dim === result) continue
      if (result === 1 || (isUnknown(result) && !isUnknown(dim))) result = dim
      else if (!agree(result, dim))
        call.fail('graph/shape', 'dimensions that are equal or 1', `${result} and ${dim}`)
    }
    return result
  })
}

/** One output, of the first input's type and shape. */
export const likeFirst: ShapeRule = call => {
  const x = call.inputs[0]
  return [{ type: x.type, shape: x.shape }]
}

export const floatLikeFirst: ShapeRule = call => {
  checkFloat(call, call.inputs[0])
  return likeFirst(call)
}

/** The whole numbers an integer input holds, which must be known while building. */
export function knownContent(call: ShapeCall, { content }: Value, what: string): readonly Dim[] {
  if (!content) return call.fail('graph/shape', `${what} that are known while building`, 'computed values')
  return content
}

/** Like `knownContent`, and every one a number. */
export function knownNumbers(call: ShapeCall, value: Value, what: string): readonly number[] {
  const content = knownContent(call, value, what)
  if (!content.every(dim => typeof dim === 'number'))
    return call.fail('graph/shape', `${what} that are plain numbers`, `[${content.join(', ')}]`)
  return content as readonly number[]
}

/** Attaches content to an output where it is short enough to follow. */
export function withContent(output: Inferred, content: readonly Dim[] | undefined): Inferred {
  return content && content.length <= CONTENT_LIMIT && (output.type === 'int64' || output.type === 'int32')
    ? { ...output, content }
    : output
}
