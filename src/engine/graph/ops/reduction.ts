/** Reductions over axes. `ReduceSum` takes its axes as an input, the others as an attribute (opset 17). */
import { int, ints } from '../attributes.js'
import type { Dim } from '../dim.js'
import { multiplyDims } from '../dim.js'
import { countAlong, expandLike, keepReduced } from '../gradient-rules.js'
import type { ReductionKind } from '../kinds.js'
import { forEachCell, type NdArray, ndArray, offset, positiveAxis, stridesOf } from '../nd-array.js'
import type { GradientCall, Operator, ReferenceCall, ShapeCall } from '../operator.js'
import { checkAxis, checkFloat, checkType, knownNumbers, withContent } from '../shape-rules.js'
import type { Value } from '../value.js'

interface ReductionParts {
  /** ONNX moved `ReduceSum`'s axes to an input before the others'. */
  readonly axesAsInput?: boolean
  readonly floatOnly?: boolean
  /** Follows the content of shapes. */
  readonly content?: (dims: readonly Dim[]) => Dim
  readonly of: (cells: readonly number[]) => number
  /** `y` and `dY` arrive with the reduced axes kept as 1. */
  readonly gradient: (call: GradientCall, x: Value, y: Value, dY: Value, axes: readonly number[]) => Value
}

function reduction({
  axesAsInput = false,
  floatOnly = false,
  content,
  of,
  gradient,
}: ReductionParts): Operator {
  const axesFor = (call: ShapeCall): readonly number[] => {
    const rank = call.input(0).shape.length
    const given = axesAsInput ? call.inputs[1] && knownNumbers(call, 1, 'axes') : call.attributes.ints('axes')
    const none = given === undefined || given === null || given.length === 0
    if (none)
      return call.attributes.flag('noop_with_empty_axes') ? [] : Array.from({ length: rank }, (_, i) => i)
    const axes = given.map(axis => checkAxis(call, axis, rank)).sort((a, b) => a - b)
    if (new Set(axes).size < axes.length)
      call.fail('graph/shape', 'axes that differ', `[${given.join(', ')}]`)
    return axes
  }
  return {
    attributes: {
      keepdims: int(1),
      ...(axesAsInput ? { noop_with_empty_axes: int(0) } : { axes: ints() }),
    },
    inputs: axesAsInput ? [1, 2] : [1, 1],
    infer: call => {
      const x = call.input(0)
      if (floatOnly) checkFloat(call, x)
      else checkType(call, x, 'float32', 'float64', 'int32', 'int64')
      const axes = new Set(axesFor(call))
      const shape = x.shape.flatMap((dim, i) =>
        axes.has(i) ? (call.attributes.flag('keepdims') ? [1] : []) : [dim],
      )
      const whole = content && x.content && axes.size === x.shape.length && shape.length <= 1
      return [withContent({ type: x.type, shape }, whole ? [content(x.content)] : undefined)]
    },
    gradient: call => {
      const { g, node, inputs, outputs, dY, attributes } = call
      const x = inputs[0]
      const axes = axesOfNode(call, axesAsInput)
      const kept = attributes.flag('keepdims')
      const y = keepReduced(g, outputs[0], axes, kept)
      const d = keepReduced(g, dY, axes, kept)
      return [gradient(call, x, y, d, axes), ...node.inputs.slice(1).map(() => null)]
    },
    evaluate: call => [reduce(call, axesAsInput, of)],
  }
}

function axesOfNode({ node, attributes, inputs }: GradientCall, axesAsInput: boolean): readonly number[] {
  const rank = inputs[0].shape.length
  const given = axesAsInput
    ? (node.inputs[1]?.content as readonly number[] | undefined)
    : attributes.ints('axes')
  if (!given || given.length === 0)
    return attributes.flag('noop_with_empty_axes') ? [] : Array.from({ length: rank }, (_, i) => i)
  return given.map(axis => positiveAxis(axis, rank)).sort((a, b) => a - b)
}

function reduce(
  call: ReferenceCall,
  axesAsInput: boolean,
  of: (cells: readonly number[]) => number,
): NdArray {
  const x = call.input(0)
  const rank = x.shape.length
  const given = axesAsInput ? call.inputs[1]?.data : call.attributes.ints('axes')
  const all = !given || given.length === 0
  const none = all && call.attributes.flag('noop_with_empty_axes')
  const axes = new Set(none ? [] : all ? x.shape.keys() : Array.from(given, axis => positiveAxis(axis, rank)))
  const kept = x.shape.map((dim, i) => (axes.has(i) ? 1 : dim))
  const groups = Array.from(ndArray(x.type, kept).data, () => [] as number[])
  const strides = stridesOf(kept).map((stride, i) => (axes.has(i) ? 0 : stride))
  forEachCell(x.shape, (index, at) => groups[offset(index, strides)].push(x.data[at]))
  const shape = call.attributes.flag('keepdims') ? kept : x.shape.filter((_, i) => !axes.has(i))
  return ndArray(x.type, shape, Float64Array.from(groups, of))
}

const sum = (cells: readonly number[]) => cells.reduce((total, cell) => total + cell, 0)

/** Where some cells are equally extreme they share the gradient evenly. */
function shareAmongExtremes(
  { g }: GradientCall,
  x: Value,
  y: Value,
  dY: Value,
  axes: readonly number[],
): Value {
  const hits = g.cast(g.equal(x, y), x.type)
  return g.mul(hits, g.div(dY, g.reduceSum(hits, axes, { keepDims: true })))
}

/** The product of the other cells along one axis, for every cell: exact where some cells are 0. */
function productOfOthers({ g }: GradientCall, x: Value, axes: readonly number[]): Value {
  // In each group: no zero: product / x; one zero: the product of the rest, at that cell alone; two or more: 0
  const isZero = g.equal(x, 0)
  const zeros = g.cast(isZero, x.type)
  const filled = g.where(isZero, 1, x)
  const rest = g.reduceProd(filled, axes, { keepDims: true })
  const others = g.sub(g.reduceSum(zeros, axes, { keepDims: true }), zeros)
  return g.where(g.equal(others, 0), g.div(rest, filled), 0)
}

export const REDUCTIONS = {
  ReduceL1: reduction({
    floatOnly: true,
    of: cells => sum(cells.map(Math.abs)),
    gradient: ({ g }, x, _y, dY) => g.mul(dY, g.sign(x)),
  }),
  ReduceL2: reduction({
    floatOnly: true,
    of: cells => Math.sqrt(sum(cells.map(cell => cell * cell))),
    // 0 where the norm is 0, as PyTorch has it
    gradient: ({ g }, x, y, dY) => {
      const none = g.equal(y, 0)
      return g.mul(x, g.div(g.where(none, 0, dY), g.where(none, 1, y)))
    },
  }),
  ReduceLogSumExp: reduction({
    floatOnly: true,
    of: cells => {
      const top = Math.max(...cells)
      return Number.isFinite(top) ? top + Math.log(sum(cells.map(cell => Math.exp(cell - top)))) : top
    },
    gradient: ({ g }, x, y, dY) => g.mul(dY, g.exp(g.sub(x, y))),
  }),
  ReduceMax: reduction({ of: cells => Math.max(...cells), gradient: shareAmongExtremes }),
  ReduceMean: reduction({
    floatOnly: true,
    of: cells => sum(cells) / cells.length,
    gradient: ({ g }, x, _y, dY, axes) => expandLike(g, g.div(dY, countAlong(g, x, axes)), x),
  }),
  ReduceMin: reduction({ of: cells => Math.min(...cells), gradient: shareAmongExtremes }),
  ReduceProd: reduction({
    content: dims => multiplyDims(...dims),
    of: cells => cells.reduce((product, cell) => product * cell, 1),
    gradient: (call, x, _y, dY, axes) => call.g.mul(dY, productOfOthers(call, x, axes)),
  }),
  ReduceSum: reduction({
    axesAsInput: true,
    of: sum,
    gradient: ({ g }, x, _y, dY) => expandLike(g, dY, x),
  }),
  ReduceSumSquare: reduction({
    of: cells => sum(cells.map(cell => cell * cell)),
    gradient: ({ g }, x, _y, dY) => g.mul(dY, g.mul(x, 2)),
  }),
} satisfies Record<ReductionKind, Operator>
