/** Reductions over axes. `ReduceSum` takes its axes as an input, the others as an attribute (opset 17). */
import { type Dim, multiplyDims } from '../dim.js'
import { countAlong, expandLike, keepReduced } from '../gradient-rules.js'
import type { AllAttributes, ReductionKind } from '../kinds.js'
import { forEachCell, type NdArray, ndArray, offset, positiveAxis, stridesOf } from '../nd-array.js'
import type { Operations } from '../operations.js'
import type { Operator, Operators } from '../operator.js'
import { checkAxes, checkFloat, checkNumber, knownNumbers, withContent } from '../shape-rules.js'
import type { Value } from '../value.js'

interface ReductionParts {
  /** Fewest and most inputs. */
  readonly inputs?: readonly [number, number]
  readonly floatOnly?: boolean
  /** Follows the content of shapes. */
  readonly content?: (dims: readonly Dim[]) => Dim
  readonly of: (cells: readonly number[]) => number
  /** `y` and `dY` arrive with the reduced axes kept as 1. */
  readonly gradient: (g: Operations, x: Value, y: Value, dY: Value, axes: readonly number[]) => Value
}

function reduction({
  inputs = [1, 1],
  floatOnly,
  content,
  of,
  gradient,
}: ReductionParts): Operator<ReductionKind> {
  return {
    inputs,
    infer: call => {
      const [x] = call.inputs
      if (floatOnly) checkFloat(call, x)
      else checkNumber(call, x)
      const rank = x.shape.length
      const list = call.optional(1)
      const given = list && knownNumbers(call, list, 'axes')
      const axes = checkAxes(call, axesOf(call.attributes, given, rank), rank)
      const kept = call.attributes.keepdims ? [1] : []
      const shape = x.shape.flatMap((dim, i) => (axes.includes(i) ? kept : [dim]))
      const whole = content && x.content && axes.length === rank && shape.length <= 1
      return [withContent({ type: x.type, shape }, whole ? [content(x.content)] : undefined)]
    },
    gradient: ({ g, inputs: [x], optional, outputs, dY, attributes }) => {
      const rank = x.shape.length
      const axes = positiveAxes(axesOf(attributes, optional(1)?.content?.map(Number), rank), rank)
      const kept = attributes.keepdims !== 0
      const y = keepReduced(g, outputs[0], axes, kept)
      const d = keepReduced(g, dY, axes, kept)
      return [gradient(g, x, y, d, axes)]
    },
    evaluate: ({ inputs: [x], optional, attributes }) => {
      const given = optional(1)
      const axes = axesOf(attributes, given && Array.from(given.data), x.shape.length)
      return [reduce(x, positiveAxes(axes, x.shape.length), attributes.keepdims !== 0, of)]
    },
  }
}

/** The axes to reduce over, as given; all of them where none is given. */
function axesOf(
  attributes: AllAttributes<ReductionKind>,
  fromInput: readonly number[] | null | undefined,
  rank: number,
): readonly number[] {
  const given = 'axes' in attributes ? attributes.axes : fromInput
  if (given && given.length > 0) return given
  const none = 'noop_with_empty_axes' in attributes && attributes.noop_with_empty_axes !== 0
  return none ? [] : Array.from({ length: rank }, (_, i) => i)
}

function positiveAxes(axes: readonly number[], rank: number): readonly number[] {
  return axes.map(axis => positiveAxis(axis, rank)).sort((a, b) => a - b)
}

function reduce(
  x: NdArray,
  axes: readonly number[],
  keepDims: boolean,
  of: (cells: readonly number[]) => number,
): NdArray {
  const kept = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
  const groups = Array.from(ndArray(x.type, kept).data, () => [] as number[])
  const strides = stridesOf(kept).map((stride, i) => (axes.includes(i) ? 0 : stride))
  forEachCell(x.shape, (index, at) => groups[offset(index, strides)].push(x.data[at]))
  const shape = keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i))
  return ndArray(x.type, shape, Float64Array.from(groups, of))
}

const sum = (cells: readonly number[]) => cells.reduce((total, cell) => total + cell, 0)

/** Where some cells are equally extreme they share the gradient evenly. */
function shareAmongExtremes(g: Operations, x: Value, y: Value, dY: Value, axes: readonly number[]): Value {
  const hits = g.cast(g.equal(x, y), x.type)
  return g.mul(hits, g.div(dY, g.reduceSum(hits, axes, { keepDims: true })))
}

/** The product of the other cells along one axis, for every cell: exact where some cells are 0. */
function productOfOthers(g: Operations, x: Value, axes: readonly number[]): Value {
  // In each group: no zero: product / x; one zero: the product of the rest, at that cell alone; two or more: 0
  const isZero = g.equal(x, 0)
  const zeros = g.cast(isZero, x.type)
  const filled = g.where(isZero, 1, x)
  const rest = g.reduceProd(filled, axes, { keepDims: true })
  const others = g.sub(g.reduceSum(zeros, axes, { keepDims: true }), zeros)
  return g.where(g.equal(others, 0), g.div(rest, filled), 0)
}

export const REDUCTIONS: Operators<ReductionKind> = {
  ReduceL1: reduction({
    floatOnly: true,
    of: cells => sum(cells.map(Math.abs)),
    gradient: (g, x, _y, dY) => g.mul(dY, g.sign(x)),
  }),
  ReduceL2: reduction({
    floatOnly: true,
    of: cells => Math.sqrt(sum(cells.map(cell => cell * cell))),
    // 0 where the norm is 0, as in PyTorch
    gradient: (g, x, y, dY) => {
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
    gradient: (g, x, y, dY) => g.mul(dY, g.exp(g.sub(x, y))),
  }),
  ReduceMax: reduction({ of: cells => Math.max(...cells), gradient: shareAmongExtremes }),
  ReduceMean: reduction({
    floatOnly: true,
    of: cells => sum(cells) / cells.length,
    gradient: (g, x, _y, dY, axes) => expandLike(g, g.div(dY, countAlong(g, x, axes)), x),
  }),
  ReduceMin: reduction({ of: cells => Math.min(...cells), gradient: shareAmongExtremes }),
  ReduceProd: reduction({
    content: dims => multiplyDims(...dims),
    of: cells => cells.reduce((product, cell) => product * cell, 1),
    gradient: (g, x, _y, dY, axes) => g.mul(dY, productOfOthers(g, x, axes)),
  }),
  ReduceSum: reduction({
    inputs: [1, 2],
    of: sum,
    gradient: (g, x, _y, dY) => expandLike(g, dY, x),
  }),
  ReduceSumSquare: reduction({
    of: cells => sum(cells.map(cell => cell * cell)),
    gradient: (g, x, _y, dY) => g.mul(dY, g.mul(x, 2)),
  }),
}
