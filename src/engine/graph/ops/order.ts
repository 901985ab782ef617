/** Operators that depend on the order of cells along an axis. */
import { int } from '../attributes.js'
import { zerosLike } from '../gradient-rules.js'
import type { OrderKind } from '../kinds.js'
import { aroundAxis, ndArray, positiveAxis } from '../nd-array.js'
import { noFlow, type Operator } from '../operator.js'
import { checkAxis, checkType, knownNumbers } from '../shape-rules.js'

/** Where the best cell of every line along an axis is; of equals the first, or the last if asked. */
function argBest(isBetter: (a: number, b: number) => boolean): Operator {
  return {
    attributes: { axis: int(0), keepdims: int(1), select_last_index: int(0) },
    inputs: [1, 1],
    infer: call => {
      const x = call.input(0)
      checkType(call, x, 'float32', 'float64', 'int32', 'int64', 'int8', 'uint8')
      const axis = checkAxis(call, call.attributes.int('axis'), x.shape.length)
      const kept = call.attributes.flag('keepdims')
      const shape = x.shape.flatMap((dim, i) => (i === axis ? (kept ? [1] : []) : [dim]))
      return [{ type: 'int64', shape }]
    },
    gradient: noFlow('it answers an index'),
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const axis = positiveAxis(attributes.int('axis'), x.shape.length)
      const last = attributes.flag('select_last_index')
      const [before, along, after] = aroundAxis(x.shape, axis)
      const kept = attributes.flag('keepdims') ? [1] : []
      const result = ndArray('int64', [...x.shape.slice(0, axis), ...kept, ...x.shape.slice(axis + 1)])
      for (let i = 0; i < before; i++)
        for (let j = 0; j < after; j++) {
          const cell = (k: number) => x.data[(i * along + k) * after + j]
          let best = 0
          for (let k = 1; k < along; k++)
            if (isBetter(cell(k), cell(best)) || (last && cell(k) === cell(best))) best = k
          result.data[i * after + j] = best
        }
      return [result]
    },
  }
}

export const ORDER = {
  ArgMax: argBest((a, b) => a > b),
  ArgMin: argBest((a, b) => a < b),
  CumSum: {
    attributes: { exclusive: int(0), reverse: int(0) },
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      checkType(call, x, 'float32', 'float64', 'int32', 'int64')
      checkAxis(call, knownNumbers(call, 1, 'an axis')[0], x.shape.length)
      return [{ type: x.type, shape: x.shape }]
    },
    // What a cell is added to lies on its other side
    gradient: ({ g, inputs: [, axis], attributes, dY }) => [
      g.op('CumSum', [dY, axis], {
        exclusive: attributes.int('exclusive'),
        reverse: 1 - attributes.int('reverse'),
      })[0],
      null,
    ],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const axis = positiveAxis(input(1).data[0], x.shape.length)
      const [before, along, after] = aroundAxis(x.shape, axis)
      const exclusive = attributes.flag('exclusive')
      const result = ndArray(x.type, x.shape)
      for (let i = 0; i < before; i++)
        for (let j = 0; j < after; j++) {
          let sum = 0
          for (let step = 0; step < along; step++) {
            const at = (i * along + (attributes.flag('reverse') ? along - 1 - step : step)) * after + j
            if (exclusive) result.data[at] = sum
            sum += x.data[at]
            if (!exclusive) result.data[at] = sum
          }
        }
      return [result]
    },
  },
  TopK: {
    attributes: { axis: int(-1), largest: int(1), sorted: int(1) },
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      const count = call.input(1)
      checkType(call, x, 'float32', 'float64', 'int32', 'int64')
      checkType(call, count, 'int64')
      const axis = checkAxis(call, call.attributes.int('axis'), x.shape.length)
      if (!call.attributes.flag('sorted')) call.fail('graph/attribute', 'sorted 1', '0')
      const k = count.content?.[0] ?? call.unknown()
      const length = x.shape[axis]
      if (typeof k === 'number' && typeof length === 'number' && k > length)
        call.fail('graph/shape', `at most the ${length} cells of the axis`, String(k))
      const shape = x.shape.map((dim, i) => (i === axis ? k : dim))
      return [
        { type: x.type, shape },
        { type: 'int64', shape },
      ]
    },
    gradient: ({ g, inputs: [x], outputs: [, indices], dOutputs: [dY], attributes }) => [
      dY &&
        g.scatterElements(zerosLike(g, x), indices, dY, { axis: attributes.int('axis'), reduction: 'add' }),
      null,
    ],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const k = input(1).data[0]
      const axis = positiveAxis(attributes.int('axis'), x.shape.length)
      const [before, along, after] = aroundAxis(x.shape, axis)
      const sign = attributes.flag('largest') ? -1 : 1
      const shape = x.shape.map((dim, i) => (i === axis ? k : dim))
      const values = ndArray(x.type, shape)
      const indices = ndArray('int64', shape)
      for (let i = 0; i < before; i++)
        for (let j = 0; j < after; j++) {
          const cell = (at: number) => x.data[(i * along + at) * after + j]
          const order = Array.from({ length: along }, (_, at) => at).sort(
            (a, b) => sign * (cell(a) - cell(b)) || a - b,
          )
          for (let at = 0; at < k; at++) {
            values.data[(i * k + at) * after + j] = cell(order[at])
            indices.data[(i * k + at) * after + j] = order[at]
          }
        }
      return [values, indices]
    },
  },
} satisfies Record<OrderKind, Operator>
