/** Choosing cells by index and putting them back. Negative indices count from the end. */
import { type Dim, multiplyDims } from '../dim.js'
import { GraphError } from '../error.js'
import { reshapeLike, zerosLike } from '../gradient-rules.js'
import type { AllAttributes, IndexKind } from '../kinds.js'
import {
  fillCells,
  forEachCell,
  type NdArray,
  ndArray,
  offset,
  positiveAxis,
  stridesOf,
} from '../nd-array.js'
import type { Operations } from '../operations.js'
import { noFlow, type Operators, type ReferenceCall, type ShapeCall } from '../operator.js'
import { checkAxis, checkDim, checkRank, checkSameType, checkType, withContent } from '../shape-rules.js'
import { type ElementType, sizeOf, tensor } from '../tensor.js'
import type { Value } from '../value.js'

function checkIndices(call: ShapeCall, at: number): void {
  checkType(call, call.inputs[at], 'int64', 'int32')
}

type Reduction = AllAttributes<'ScatterND'>['reduction']

/** How a scatter combines an update with what is there. `none` keeps the last update. */
const COMBINE: Record<Reduction, (old: number, update: number) => number> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
}

function inRange(index: number, length: number, kind: string): number {
  const at = positiveAxis(index, length)
  if (at < 0 || at >= length) throw new RangeError(`${kind}: index ${index} is outside of ${length} cells`)
  return at
}

/** Where the updates of ScatterND and the choices of GatherND begin, one per row of the indices. */
function rowOffsets(x: NdArray, indices: NdArray, kind: string): number[] {
  const depth = indices.shape[indices.shape.length - 1]
  const strides = stridesOf(x.shape)
  const rows = sizeOf(indices.shape.slice(0, -1))
  return Array.from({ length: rows }, (_, row) => {
    let at = 0
    for (let i = 0; i < depth; i++)
      at += inRange(indices.data[row * depth + i], x.shape[i], kind) * strides[i]
    return at
  })
}

/** Calls back with the offset in `data` that each cell of `indices` points at along an axis. */
function forEachElement(
  data: NdArray,
  indices: NdArray,
  axis: number,
  kind: string,
  visit: (from: number, at: number) => void,
): void {
  const strides = stridesOf(data.shape)
  forEachCell(indices.shape, (index, at) => {
    const position = [...index]
    position[axis] = inRange(indices.data[at], data.shape[axis], kind)
    visit(offset(position, strides), at)
  })
}

function axisOf({
  attributes,
  inputs,
}: ReferenceCall<'Gather' | 'GatherElements' | 'ScatterElements'>): number {
  return positiveAxis(attributes.axis, inputs[0].shape.length)
}

export const INDEXING: Operators<IndexKind> = {
  Gather: {
    inputs: [2, 2],
    infer: call => {
      const [x, indices] = call.inputs
      checkIndices(call, 1)
      const axis = checkAxis(call, call.attributes.axis, x.shape.length)
      const shape = x.shape.toSpliced(axis, 1, ...indices.shape)
      const { content } = x
      const at = indices.content
      const chosen =
        content && at?.every(index => typeof index === 'number')
          ? (at as readonly number[]).map(index => {
              const cell = content[positiveAxis(index, content.length)]
              return cell ?? call.fail('graph/shape', `indices of ${content.length} cells`, String(index))
            })
          : undefined
      return [withContent({ type: x.type, shape }, chosen)]
    },
    gradient: ({ g, inputs: [x, indices], attributes, dY }) => {
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const rank = indices.shape.length
      const order = [axis, ...[...x.shape.keys()].filter(i => i !== axis)]
      const indexAxes = Array.from({ length: rank }, (_, i) => axis + i)
      const others = [...dY.shape.keys()].filter(i => !indexAxes.includes(i))
      const updates = axis === 0 ? dY : g.transpose(dY, [...indexAxes, ...others])
      const at = g.cast(g.reshape(indices, [-1]), 'int64')
      const count = () => g.gather(g.shape(x), g.int64([axis]))
      const sums = addRows(g, x.shape[axis], count, at, g.flatten(updates, rank))
      if (axis === 0) return [reshapeLike(g, sums, x)]
      const turned = g.reshapeTo(sums, g.gather(g.shape(x), g.int64(order)))
      const back = order.map((_, i) => order.indexOf(i))
      return [g.transpose(turned, back)]
    },
    evaluate: call => {
      const [x, indices] = call.inputs
      const axis = axisOf(call)
      const strides = stridesOf(x.shape)
      const own = stridesOf(indices.shape)
      const rank = indices.shape.length
      const cell = (index: readonly number[]) => {
        const which = indices.data[offset(index.slice(axis, axis + rank), own)]
        const from = index.toSpliced(axis, rank, inRange(which, x.shape[axis], 'Gather'))
        return x.data[offset(from, strides)]
      }
      return [fillCells(x.type, x.shape.toSpliced(axis, 1, ...indices.shape), cell)]
    },
  },
  GatherElements: {
    inputs: [2, 2],
    infer: call => {
      const [x, indices] = call.inputs
      checkIndices(call, 1)
      checkRank(call, indices, x.shape.length)
      checkAxis(call, call.attributes.axis, x.shape.length)
      return [{ type: x.type, shape: indices.shape }]
    },
    gradient: ({ g, inputs: [x, indices], attributes, dY }) => [
      g.scatterElements(zerosLike(g, x), indices, dY, { axis: attributes.axis, reduction: 'add' }),
    ],
    evaluate: call => {
      const [x, indices] = call.inputs
      const result = ndArray(x.type, indices.shape)
      forEachElement(x, indices, axisOf(call), 'GatherElements', (from, at) => {
        result.data[at] = x.data[from]
      })
      return [result]
    },
  },
  GatherND: {
    inputs: [2, 2],
    infer: call => {
      const [x, indices] = call.inputs
      checkType(call, indices, 'int64')
      return [{ type: x.type, shape: rowsShape(call, x.shape, indices.shape) }]
    },
    gradient: ({ g, inputs: [x, indices], dY }) => {
      const depth = indices.shape[indices.shape.length - 1]
      if (typeof depth !== 'number')
        throw new GraphError('graph/gradient', 'GatherND', 'indices of known depth', String(depth))
      const sizes = g.shape(x, { start: 0, end: depth })
      const one = g.int64([1])
      const size = (axis: number) => g.slice(sizes, { axis: 0, start: axis, end: axis + 1 })
      // Row-major places among the rows; indices below zero count from the end
      let at = g.int64([0])
      let count = one
      for (let axis = 0; axis < depth; axis++) {
        const index = g.reshape(g.slice(indices, { axis: -1, start: axis, end: axis + 1 }), [-1])
        at = g.add(g.mul(at, size(axis)), g.mod(index, size(axis)))
        count = g.mul(count, size(axis))
      }
      const rows = multiplyDims(...x.shape.slice(0, depth))
      const sums = addRows(g, rows, () => count, at, g.flatten(dY, indices.shape.length - 1))
      return [reshapeLike(g, sums, x)]
    },
    evaluate: ({ inputs: [x, indices] }) => {
      const depth = indices.shape[indices.shape.length - 1]
      const inner = x.shape.slice(depth)
      const size = sizeOf(inner)
      const result = ndArray(x.type, [...indices.shape.slice(0, -1), ...inner])
      rowOffsets(x, indices, 'GatherND').forEach((from, row) => {
        result.data.set(x.data.subarray(from, from + size), row * size)
      })
      return [result]
    },
  },
  OneHot: {
    inputs: [3, 3],
    infer: call => {
      const [indices, depth, values] = call.inputs
      checkType(call, indices, 'int64', 'int32', 'float32')
      checkDim(call, 'two values, off and on', values.shape[0], 2)
      const rank = indices.shape.length + 1
      const axis = checkAxis(call, call.attributes.axis, rank)
      const shape = indices.shape.toSpliced(axis, 0, depth.content?.[0] ?? call.unknown())
      return [{ type: values.type, shape }]
    },
    gradient: noFlow('its input is an index'),
    evaluate: ({ inputs: [indices, { data: counts }, values], attributes }) => {
      const [depth] = counts
      const [off, on] = values.data
      const axis = positiveAxis(attributes.axis, indices.shape.length + 1)
      const strides = stridesOf(indices.shape)
      const cell = (index: readonly number[]) => {
        const which = indices.data[offset(index.toSpliced(axis, 1), strides)]
        return positiveAxis(which, depth) === index[axis] ? on : off
      }
      return [fillCells(values.type, indices.shape.toSpliced(axis, 0, depth), cell)]
    },
  },
  ScatterElements: {
    inputs: [3, 3],
    infer: call => {
      const [x, indices, updates] = call.inputs
      checkIndices(call, 1)
      checkSameType(call, x, updates)
      checkAxis(call, call.attributes.axis, x.shape.length)
      checkRank(call, indices, x.shape.length)
      checkRank(call, updates, x.shape.length)
      updates.shape.forEach((dim, i) => {
        checkDim(call, 'updates shaped like the indices', dim, indices.shape[i])
      })
      return [{ type: x.type, shape: x.shape }]
    },
    gradient: call => {
      const { g, inputs, attributes, dY } = call
      const [x, indices, updates] = inputs
      const { axis, reduction } = attributes
      const dUpdates = () => g.apply('GatherElements', [dY, indices], { axis })
      if (reduction === 'add') return [dY, null, dUpdates()]
      refuseProduct(reduction)
      const kept = g.scatterElements(dY, indices, zerosLike(g, updates), { axis })
      return [call.wants(0) ? reshapeLike(g, kept, x) : null, null, call.wants(2) ? dUpdates() : null]
    },
    evaluate: call => {
      const [x, indices, updates] = call.inputs
      const combine = COMBINE[call.attributes.reduction]
      const result = ndArray(x.type, x.shape, x.data.slice())
      forEachElement(x, indices, axisOf(call), 'ScatterElements', (from, at) => {
        result.data[from] = combine(result.data[from], updates.data[at])
      })
      return [result]
    },
  },
  ScatterND: {
    inputs: [3, 3],
    infer: call => {
      const [x, indices, updates] = call.inputs
      checkType(call, indices, 'int64')
      checkSameType(call, x, updates)
      const expected = rowsShape(call, x.shape, indices.shape)
      checkRank(call, updates, expected.length)
      updates.shape.forEach((dim, i) => {
        checkDim(call, `updates of [${expected.join(', ')}]`, dim, expected[i])
      })
      return [{ type: x.type, shape: x.shape }]
    },
    gradient: call => {
      const { g, inputs, attributes, dY } = call
      const [, indices, updates] = inputs
      const { reduction } = attributes
      if (reduction === 'add') return [dY, null, call.wants(2) ? g.apply('GatherND', [dY, indices]) : null]
      refuseProduct(reduction)
      return [
        call.wants(0) ? g.apply('ScatterND', [dY, indices, zerosLike(g, updates)]) : null,
        null,
        call.wants(2) ? g.apply('GatherND', [dY, indices]) : null,
      ]
    },
    evaluate: ({ inputs: [x, indices, updates], attributes }) => {
      const combine = COMBINE[attributes.reduction]
      const size = sizeOf(x.shape.slice(indices.shape[indices.shape.length - 1]))
      const result = ndArray(x.type, x.shape, x.data.slice())
      rowOffsets(x, indices, 'ScatterND').forEach((from, row) => {
        for (let i = 0; i < size; i++)
          result.data[from + i] = combine(result.data[from + i], updates.data[row * size + i])
      })
      return [result]
    },
  },
}

/** `[rows, N]`: a column of zeros with a one at each place of `at` `[N]`. */
function oneHot(g: Operations, at: Value, rows: number, type: ElementType): Value {
  return g.apply('OneHot', [at, g.scalar(rows, 'int64'), g.constantTensor(tensor(type, [0, 1]))], { axis: 0 })
}

/** Tables up to this many rows get their gradient from a product with one-hot columns. */
const ONE_HOT_ROWS = 1024

/**
 * `[rows, M]`: row r is the sum of those rows of `updates` `[N, M]` whose place `at` `[N]` is r. Not by ScatterND: ONNX
 * Runtime's adds in several threads at once, and where places repeat it loses some (onnxruntime issue 18048).
 * @param count as `rows`, but as a one-dimensional value
 */
function addRows(g: Operations, rows: Dim, count: () => Value, at: Value, updates: Value): Value {
  if (typeof rows === 'number' && rows > 0 && rows <= ONE_HOT_ROWS)
    return g.matMul(oneHot(g, at, rows, updates.type), updates)
  const width = g.shape(updates, { start: 1 })
  const zeros = g.constantOfShape(g.concat([count(), width], 0), 0, updates.type)
  const places = g.expandTo(g.unsqueeze(at, [1]), g.shape(updates))
  return g.scatterElements(zeros, places, updates, { reduction: 'add' })
}

/** One row of `x` for every row of the indices. */
function rowsShape(call: ShapeCall, x: readonly Dim[], indices: readonly Dim[]): Dim[] {
  const depth = indices[indices.length - 1]
  if (typeof depth !== 'number' || depth > x.length)
    return call.fail('graph/shape', `rows of at most ${x.length} indices`, `[${indices.join(', ')}]`)
  return [...indices.slice(0, -1), ...x.slice(depth)]
}

function refuseProduct(reduction: Reduction): void {
  if (reduction === 'mul')
    throw new GraphError('graph/gradient', 'a scatter', "reduction 'none' or 'add'", `'${reduction}'`)
}
