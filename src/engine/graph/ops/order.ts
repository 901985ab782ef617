/** Operators that depend on the order of cells along an axis. */
import { zerosLike } from '../gradient-rules.js'
import type { OrderKind } from '../kinds.js'
import { aroundAxis, ndArray, positiveAxis } from '../nd-array.js'
import { noFlow, type Operator, type Operators } from '../operator.js'
import { checkAxis, checkNumber, checkType, knownNumbers } from '../shape-rules.js'

/** Where the best cell of every line along an axis is; of equals the first, or the last if asked. */
function argBest(isBetter: (a: number, b: number) => boolean): Operator<'ArgMax' | 'ArgMin'> {
  return {
    inputs: [1, 1],
    infer: call => {
      const x = call.input(0)
      checkType(call, x, 'float32', 'float64', 'int32', 'int64', 'int8', 'uint8')
      const axis = checkAxis(call, call.attributes.axis, x.shape.length)
      const kept = call.attributes.keepdims
      const shape = x.shape.flatMap((dim, i) => (i === axis ? (kept ? [1] : []) : [dim]))
      return [{ type: 'int64', shape }]
    },
    gradient: noFlow('it returns an index'),
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const last = attributes.select_last_index !== 0
      const [before, along, after] = aroundAxis(x.shape, axis)
      const kept = attributes.keepdims ? [1] : []
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

export const ORDER: Operators<OrderKind> = {
  ArgMax: argBest((a, b) => a > b),
  ArgMin: argBest((a, b) => a < b),
  CumSum: {
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      checkNumber(call, x)
      checkAxis(call, knownNumbers(call, 1, 'an axis')[0], x.shape.length)
      return [{ type: x.type, shape: x.shape }]
    },
    // What a cell is added to lies on its other side
    gradient: ({ g, inputs: [, axis], attributes, dY }) => [
      g.apply('CumSum', [dY, axis], {
        exclusive: attributes.exclusive,
        reverse: 1 - attributes.reverse,
      }),
    ],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const axis = positiveAxis(input(1).data[0], x.shape.length)
      const [before, along, after] = aroundAxis(x.shape, axis)
      const exclusive = attributes.exclusive !== 0
      const result = ndArray(x.type, x.shape)
      for (let i = 0; i < before; i++)
        for (let j = 0; j < after; j++) {
          let sum = 0
          for (let step = 0; step < along; step++) {
            const at = (i * along + (attributes.reverse ? along - 1 - step : step)) * after + j
            if (exclusive) result.data[at] = sum
            sum += x.data[at]
            if (!exclusive) result.data[at] = sum
          }
        }
      return [result]
    },
  },
  TopK: {
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      const count = call.input(1)
      checkNumber(call, x)
      checkType(call, count, 'int64')
      const axis = checkAxis(call, call.attributes.axis, x.shape.length)
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
      dY && g.scatterElements(zerosLike(g, x), indices, dY, { axis: attributes.axis, reduction: 'add' }),
    ],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const k = input(1).data[0]
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const [before, along, after] = aroundAxis(x.shape, axis)
      const sign = attributes.largest ? -1 : 1
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
}
