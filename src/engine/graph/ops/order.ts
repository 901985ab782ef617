/** Operators that depend on the order of cells along an axis. */
import { zerosLike } from '../gradient-rules.js'
import type { OrderKind } from '../kinds.js'
import { mapLines, ndArray, positiveAxis } from '../nd-array.js'
import { noFlow, type Operator, type Operators } from '../operator.js'
import { checkAxis, checkNumber, checkType, knownNumbers } from '../shape-rules.js'

/** Where the best cell of every line along an axis is; of equals the first, or the last if asked. */
function argBest(isBetter: (a: number, b: number) => boolean): Operator<'ArgMax' | 'ArgMin'> {
  return {
    inputs: [1, 1],
    infer: call => {
      const [x] = call.inputs
      checkType(call, x, 'float32', 'float64', 'int32', 'int64', 'int8', 'uint8')
      const axis = checkAxis(call, call.attributes.axis, x.shape.length)
      const kept = call.attributes.keepdims
      const shape = x.shape.flatMap((dim, i) => (i === axis ? (kept ? [1] : []) : [dim]))
      return [{ type: 'int64', shape }]
    },
    gradient: noFlow('it returns an index'),
    evaluate: ({ inputs: [x], attributes }) => {
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const last = attributes.select_last_index !== 0
      const bestOf = (line: readonly number[]) => {
        let best = 0
        line.forEach((cell, k) => {
          if (isBetter(cell, line[best]) || (last && cell === line[best])) best = k
        })
        return [best]
      }
      const best = mapLines(x, axis, bestOf, 'int64', 1)
      return [attributes.keepdims ? best : ndArray('int64', x.shape.toSpliced(axis, 1), best.data)]
    },
  }
}

export const ORDER: Operators<OrderKind> = {
  ArgMax: argBest((a, b) => a > b),
  ArgMin: argBest((a, b) => a < b),
  CumSum: {
    inputs: [2, 2],
    infer: call => {
      const [x] = call.inputs
      checkNumber(call, x)
      checkAxis(call, knownNumbers(call, call.inputs[1], 'an axis')[0], x.shape.length)
      return [{ type: x.type, shape: x.shape }]
    },
    // What a cell is added to lies on its other side
    gradient: ({ g, inputs: [, axis], attributes, dY }) => [
      g.apply('CumSum', [dY, axis], {
        exclusive: attributes.exclusive,
        reverse: 1 - attributes.reverse,
      }),
    ],
    evaluate: ({ inputs: [x, given], attributes }) => {
      const axis = positiveAxis(given.data[0], x.shape.length)
      const sums = (line: readonly number[]) => {
        let sum = 0
        return line.map(cell => {
          const before = sum
          sum += cell
          return attributes.exclusive ? before : sum
        })
      }
      const backwards = (line: readonly number[]) => sums(line.toReversed()).reverse()
      return [mapLines(x, axis, attributes.reverse ? backwards : sums)]
    },
  },
  TopK: {
    inputs: [2, 2],
    infer: call => {
      const [x, count] = call.inputs
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
    evaluate: ({ inputs: [x, { data: counts }], attributes }) => {
      const [k] = counts
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const sign = attributes.largest ? -1 : 1
      const order = (line: readonly number[]) =>
        [...line.keys()].sort((a, b) => sign * (line[a] - line[b]) || a - b).slice(0, k)
      const values = mapLines(x, axis, line => order(line).map(at => line[at]), x.type, k)
      return [values, mapLines(x, axis, order, 'int64', k)]
    },
  },
}
