/** Cases for products of matrices, convolution, loops and fused recurrent layers. */
import type { GraphBuilder } from '../builder.js'
import type {
  Attributes,
  ConvolutionKind,
  LoopKind,
  MatrixKind,
  QuantizedKind,
  RecurrentKind,
} from '../kinds.js'
import type { ProductOptions } from '../operations.js'
import type { Value } from '../value.js'
import { cases, floats, ints, named, type OperatorCase } from './case.js'

type Cases<K extends string> = Readonly<Record<K, readonly OperatorCase[]>>

const fused = (options: ProductOptions, a: readonly number[], b: readonly number[]) =>
  cases((g, [x, y]) => g.matMul(x, y, options), [floats(a), floats(b)])

export const MATRIX_CASES: Cases<MatrixKind> = {
  MatMul: [
    ...cases(
      (g, [a, b]) => g.matMul(a, b),
      [floats([2, 3]), floats([3, 4])],
      [floats([1, 1]), floats([1, 1])],
      [floats([3]), floats([3])],
      [floats([3]), floats([3, 2])],
      [floats([2, 3]), floats([3])],
      [floats([2, 2, 3]), floats([3])],
      [floats([3]), floats([2, 3, 4])],
      [floats([2, 2, 3]), floats([3, 4])],
      [floats([2, 3]), floats([2, 3, 2])],
      [floats([2, 1, 2, 3]), floats([3, 3, 2])],
      [floats([0, 3]), floats([3, 2])],
      [floats([2, 0]), floats([0, 3])],
    ),
    named({ 0: ['time', 'batch', 3] }, (g, [a, b]) => g.matMul(a, b), floats([2, 2, 3]), floats([3, 4])),
    named(
      { 0: [2, 3], 1: ['time', 3, 'batch'] },
      (g, [a, b]) => g.matMul(a, b),
      floats([2, 3]),
      floats([2, 3, 4]),
    ),
  ],
  FusedMatMul: [
    ...fused({ transA: true }, [3, 2], [3, 4]),
    ...fused({ transB: true }, [2, 3], [4, 3]),
    ...fused({ transA: true, transB: true, alpha: 0.5 }, [3, 2], [4, 3]),
    ...fused({ alpha: 3 }, [2, 3], [3, 1]),
    ...fused({ transB: true }, [2, 2, 3], [4, 3]),
    ...fused({ transA: true }, [2, 3, 2], [2, 3, 4]),
    ...fused({ transB: true }, [2, 2, 3], [2, 4, 3]),
    ...fused({ transA: true, transB: true }, [2, 3, 1], [2, 4, 3]),
    ...fused({ transA: true }, [3, 0], [3, 4]),
    named(
      { 0: ['batch', 'time', 3] },
      (g, [a, b]) => g.matMul(a, b, { transB: true, alpha: 2 }),
      floats([2, 2, 3]),
      floats([4, 3]),
    ),
  ],
  Gemm: [
    ...[0, 1].flatMap(transA =>
      [0, 1].flatMap(transB =>
        cases(
          (g, inputs) => g.apply('Gemm', inputs, { transA, transB, alpha: 0.5, beta: 2 }),
          [floats(transA ? [3, 2] : [2, 3]), floats(transB ? [4, 3] : [3, 4]), floats([4])],
        ),
      ),
    ),
    ...cases(
      (g, inputs) => g.apply('Gemm', inputs),
      [floats([2, 3]), floats([3, 1])],
      [floats([1, 1]), floats([1, 1])],
    ),
    ...cases((g, inputs) => g.apply('Gemm', inputs), [floats([2, 3]), floats([3, 4]), floats([2, 1])]),
    ...cases((g, inputs) => g.apply('Gemm', inputs), [floats([2, 3]), floats([3, 4]), floats([])]),
  ],
}

const conv =
  (attributes: Attributes<'Conv'>) =>
  (g: GraphBuilder, inputs: readonly Value[]): Value =>
    g.apply('Conv', inputs, attributes)

const convTranspose =
  (attributes: Attributes<'ConvTranspose'>) =>
  (g: GraphBuilder, inputs: readonly Value[]): Value =>
    g.apply('ConvTranspose', inputs, attributes)

const maxPool =
  (attributes: Attributes<'MaxPool'>) =>
  (g: GraphBuilder, inputs: readonly Value[]): Value =>
    g.apply('MaxPool', inputs, attributes)

export const CONVOLUTION_CASES: Cases<ConvolutionKind> = {
  Conv: [
    ...cases(
      conv({}),
      [floats([2, 3, 5]), floats([4, 3, 3]), floats([4])],
      [floats([1, 1, 1]), floats([1, 1, 1])],
      [floats([1, 2, 4]), floats([1, 2, 4])],
    ),
    ...cases(conv({ pads: [1, 1] }), [floats([2, 3, 4]), floats([2, 3, 3]), floats([2])]),
    ...cases(conv({ pads: [2, 0], dilations: [2] }), [floats([1, 2, 6]), floats([2, 2, 3])]),
    ...cases(
      conv({ strides: [2] }),
      [floats([1, 2, 6]), floats([2, 2, 3])],
      [floats([1, 2, 7]), floats([2, 2, 3])],
    ),
    ...cases(conv({ strides: [3], pads: [1, 2], dilations: [2] }), [floats([2, 1, 9]), floats([2, 1, 2])]),
    ...cases(conv({ group: 2, pads: [1, 1] }), [floats([2, 4, 3]), floats([6, 2, 3]), floats([6])]),
    named(
      { 0: ['batch', 3, 'time'] },
      conv({ pads: [1, 1] }),
      floats([2, 3, 5]),
      floats([2, 3, 3]),
      floats([2]),
    ),
  ],
  ConvTranspose: [
    ...cases(
      convTranspose({}),
      [floats([2, 3, 4]), floats([3, 2, 3]), floats([2])],
      [floats([1, 1, 1]), floats([1, 1, 1])],
    ),
    ...cases(convTranspose({ pads: [1, 1], dilations: [2] }), [floats([1, 2, 4]), floats([2, 2, 3])]),
    ...cases(convTranspose({ strides: [2], output_padding: [1] }), [floats([1, 2, 3]), floats([2, 2, 3])]),
    ...cases(convTranspose({ group: 2 }), [floats([1, 4, 3]), floats([4, 1, 2])]),
  ],
  MaxPool: [
    ...cases(maxPool({ kernel_shape: [2] }), [floats([2, 3, 4])], [floats([1, 1, 2])]),
    ...cases(maxPool({ kernel_shape: [3], strides: [2], pads: [1, 1] }), [floats([1, 2, 5])]),
    ...cases(maxPool({ kernel_shape: [1] }), [floats([1, 2, 3])]),
    named({ 0: ['batch', 2, 'time'] }, maxPool({ kernel_shape: [2] }), floats([2, 2, 4])),
  ],
}

/** A loop with two states, a captured value, an integer state, and outputs in both directions. */
function loop(g: GraphBuilder, [x, y, h, w]: readonly Value[], reverse: boolean): readonly Value[] {
  const count = g.scalar(1, 'int64')
  const { states, outputs } = g.scan(
    { states: [h, h, count], sequences: [{ value: x, reverse }, { value: y }] },
    (body, [a, b, n], [xs, ys]) => {
      const next = body.tanh(body.add(body.mul(a, w), xs))
      const sum = body.add(b, body.mul(next, ys))
      const scaled = body.div(sum, body.cast(n, 'float32'))
      return {
        states: [next, sum, body.add(n, 1)],
        outputs: [next, { value: scaled, reverse: true }, { value: w, reverse: false }],
      }
    },
  )
  return [...states, ...outputs]
}

export const LOOP_CASES: Cases<LoopKind> = {
  Scan: [
    ...[true, false].flatMap(reverse =>
      cases(
        (g, inputs) => loop(g, inputs, reverse),
        [floats([3, 2]), floats([3, 2]), floats([2]), floats([2])],
        [floats([1, 2]), floats([1, 2]), floats([2]), floats([2])],
        [floats([4, 1]), floats([4, 1]), floats([1]), floats([1])],
        [floats([2, 0]), floats([2, 0]), floats([0]), floats([0])],
        [floats([3]), floats([3]), floats([]), floats([])],
      ),
    ),
    named(
      { 0: ['time', 'batch'], 1: ['time', 'batch'], 2: ['batch'], 3: ['batch'] },
      (g, inputs) => loop(g, inputs, true),
      floats([3, 2]),
      floats([3, 2]),
      floats([2]),
      floats([2]),
    ),
  ],
}

const H = 3

function recurrentFeeds(gates: number, directions: number, time: number, batch: number) {
  return [
    floats([time, batch, 2], -1, 1),
    floats([directions, gates * H, 2], -1, 1),
    floats([directions, gates * H, H], -1, 1),
    floats([directions, 2 * gates * H], -1, 1),
  ]
}

export const RECURRENT_CASES: Cases<RecurrentKind> = {
  LSTM: [
    ...cases(
      (g, inputs) => g.op('LSTM', inputs, { hidden_size: H }),
      recurrentFeeds(4, 1, 3, 2),
      recurrentFeeds(4, 1, 1, 1),
    ),
    ...cases(
      (g, [x, w, r]) => g.op('LSTM', [x, w, r], { hidden_size: H, direction: 'reverse' }),
      recurrentFeeds(4, 1, 3, 2),
    ),
    ...cases(
      (g, inputs) => g.op('LSTM', inputs, { hidden_size: H, direction: 'bidirectional' }),
      [...recurrentFeeds(4, 2, 4, 3), ints([4, 2, 1], [3], 'int32'), floats([2, 3, H]), floats([2, 3, H])],
    ),
  ],
  GRU: [
    ...[1, 0].flatMap(linear_before_reset =>
      cases(
        (g, inputs) => g.op('GRU', inputs, { hidden_size: H, linear_before_reset }),
        recurrentFeeds(3, 1, 3, 2),
      ),
    ),
    ...cases(
      (g, inputs) =>
        g.op('GRU', inputs, { hidden_size: H, direction: 'bidirectional', linear_before_reset: 1 }),
      [...recurrentFeeds(3, 2, 4, 3), ints([4, 2, 1], [3], 'int32'), floats([2, 3, H])],
    ),
  ],
}

/** Weights of 8 bits, their steps and zero points. */
function roundedFeeds(directions: number, time: number, batch: number) {
  const gates = 4 * H
  const whole = (shape: readonly number[]) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const values = Array.from({ length: size }, (_, i) => ((i * 71) % 255) - 127)
    return ints(values, shape, 'int8')
  }
  const steps = floats([directions, gates], 0.004, 0.008)
  const zeros = ints(new Array<number>(directions * gates).fill(0), [directions, gates], 'int8')
  return [
    floats([time, batch, 2], -1, 1),
    whole([directions, 2, gates]),
    whole([directions, H, gates]),
    floats([directions, 2 * gates], -1, 1),
    ints(
      Array.from({ length: batch }, (_, b) => Math.max(1, time - b)),
      [batch],
      'int32',
    ),
    steps,
    zeros,
    steps,
    zeros,
  ]
}

export const QUANTIZED_CASES: Cases<QuantizedKind> = {
  DynamicQuantizeLSTM: ([1, 2] as const).map(directions => ({
    feeds: roundedFeeds(directions, 4, 3),
    within: 0.05,
    build: (g, [x, w, r, b, lengths, ...steps]) =>
      g.op('DynamicQuantizeLSTM', [x, w, r, b, lengths, null, null, null, ...steps], {
        hidden_size: H,
        direction: directions === 2 ? 'bidirectional' : 'forward',
      }),
  })),
  DynamicQuantizeMatMul: [true, false].map(hasBias => ({
    feeds: [
      floats([2, 3, 5]),
      ints(
        Array.from({ length: 20 }, (_, i) => ((i * 37) % 255) - 127),
        [5, 4],
        'int8',
      ),
      floats([4], 0.005, 0.01),
      floats([4]),
    ],
    within: 0.05,
    build: (g, [x, w, steps, bias]) =>
      g.op('DynamicQuantizeMatMul', [x, w, steps, null, hasBias ? bias : null]),
  })),
}
