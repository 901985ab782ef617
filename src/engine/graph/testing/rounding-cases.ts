/** Cases of operators on rounded numbers. */
import type { RoundingKind } from '../kinds.js'
import { floats, ints, type OperatorCase } from './case.js'

type Cases<K extends string> = Readonly<Record<K, readonly OperatorCase[]>>

const whole = (type: 'int8' | 'uint8', shape: readonly number[], from = type === 'int8' ? -120 : 3) => {
  const size = shape.reduce((all, dim) => all * dim, 1)
  return ints(
    Array.from({ length: size }, (_, i) => from + ((i * 37) % 240)),
    shape,
    type,
  )
}

/** Halves between two whole numbers, and numbers beyond the range. */
const given = (numbers: readonly number[]) => ints(numbers, [numbers.length], 'float32')

export const ROUNDING_CASES: Cases<RoundingKind> = {
  DequantizeLinear: [
    { feeds: [whole('int8', [2, 3]), floats([], 0.1, 2)], build: (g, x) => g.apply('DequantizeLinear', x) },
    {
      feeds: [whole('uint8', [2, 3]), floats([], 0.1, 2), ints([7], [], 'uint8')],
      build: (g, x) => g.apply('DequantizeLinear', x),
    },
    {
      feeds: [whole('int8', [2, 3]), floats([3], 0.1, 2), ints([1, -2, 3], [3], 'int8')],
      build: (g, x) => g.apply('DequantizeLinear', x),
    },
    {
      feeds: [whole('uint8', [2, 3]), floats([2], 0.1, 2), ints([1, 200], [2], 'uint8')],
      build: (g, x) => g.apply('DequantizeLinear', x, { axis: 0 }),
    },
  ],
  QuantizeLinear: [
    {
      feeds: [given([0.5, 1.5, 2.5, -3, 300]), given([1])],
      build: (g, [x, step]) => g.apply('QuantizeLinear', [x, g.squeeze(step, [0])]),
    },
    {
      feeds: [floats([2, 3], -90, 90), ints([0.7], [], 'float32'), ints([-9], [], 'int8')],
      build: (g, x) => g.apply('QuantizeLinear', x),
    },
    {
      feeds: [floats([2, 3], -90, 90), floats([3], 0.3, 0.9), ints([1, 2, 3], [3], 'uint8')],
      build: (g, x) => g.apply('QuantizeLinear', x),
    },
  ],
  DynamicQuantizeLinear: [[floats([2, 3])], [floats([4], 1, 2)], [floats([4], -3, -1)], [given([0, 0])]].map(
    (feeds): OperatorCase => ({ feeds, build: (g, x) => g.op('DynamicQuantizeLinear', x) }),
  ),
  MatMulInteger: [
    [whole('uint8', [2, 3]), whole('int8', [3, 4])],
    [whole('uint8', [2, 2, 3]), whole('uint8', [3, 4]), ints([9], [], 'uint8'), ints([130], [], 'uint8')],
    [whole('uint8', [2, 3]), whole('int8', [3, 4]), ints([9], [], 'uint8'), ints([1, 2, 3, -4], [4], 'int8')],
  ].map((feeds): OperatorCase => ({ feeds, build: (g, x) => g.apply('MatMulInteger', x) })),
}
