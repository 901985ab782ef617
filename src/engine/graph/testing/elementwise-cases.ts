/** Cases for operators that work cell by cell, and for reductions. */
import type { GraphBuilder } from '../builder.js'
import type {
  ArithmeticKind,
  Attributes,
  LogicKind,
  NormalizationKind,
  OrderKind,
  ReductionKind,
  UnaryKind,
} from '../kinds.js'
import type { Keep, Operand } from '../operations.js'
import type { Value } from '../value.js'
import { bools, cases, floats, ints, named, notNative, type OperatorCase, PAIRS, SHAPES } from './case.js'

type Cases<K extends string> = Readonly<Record<K, readonly OperatorCase[]>>

function unary(f: (g: GraphBuilder, x: Value) => Value, low = -2, high = 2): readonly OperatorCase[] {
  return [
    ...cases((g, [x]) => f(g, x), ...SHAPES.map(shape => [floats(shape, low, high)])),
    named({ 0: ['time', 3, 'batch'] }, (g, [x]) => f(g, x), floats([2, 3, 2], low, high)),
  ]
}

function binary(
  f: (g: GraphBuilder) => (a: Operand, b: Operand) => Value,
  [lowA, highA]: readonly [number, number] = [-2, 2],
  [lowB, highB]: readonly [number, number] = [-2, 2],
): readonly OperatorCase[] {
  return [
    ...cases(
      (g, [a, b]) => f(g)(a, b),
      ...PAIRS.map(([a, b]) => [floats(a, lowA, highA), floats(b, lowB, highB)]),
    ),
    named(
      { 0: ['time', 1, 'batch'], 1: [3, 'batch'] },
      (g, [a, b]) => f(g)(a, b),
      floats([2, 1, 4], lowA, highA),
      floats([3, 4], lowB, highB),
    ),
  ]
}

const WHOLE = [ints([7, -7, 3, 5], [2, 2]), ints([2, 3], [2])]

export const UNARY_CASES: Cases<UnaryKind> = {
  Abs: [...unary((g, x) => g.apply('Abs', [x])), ...cases((g, [x]) => g.apply('Abs', [x]), [ints([-3, 4])])],
  Ceil: unary((g, x) => g.apply('Ceil', [x])),
  Cos: unary((g, x) => g.cos(x)),
  Elu: [...unary((g, x) => g.apply('Elu', [x])), ...unary((g, x) => g.apply('Elu', [x], { alpha: 0.5 }))],
  Erf: unary((g, x) => g.apply('Erf', [x]), -4, 4),
  Exp: unary((g, x) => g.exp(x)),
  Floor: unary((g, x) => g.apply('Floor', [x])),
  Gelu: unary((g, x) => g.gelu(x), -4, 4),
  HardSwish: unary((g, x) => g.apply('HardSwish', [x]), -5, 5),
  LeakyRelu: unary((g, x) => g.apply('LeakyRelu', [x], { alpha: 0.1 })),
  Log: unary((g, x) => g.log(x), 0.1, 3),
  Neg: [...unary((g, x) => g.neg(x)), ...cases((g, [x]) => g.neg(x), [ints([-3, 4])])],
  Reciprocal: unary((g, x) => g.reciprocal(x), 0.3, 2),
  Relu: unary((g, x) => g.relu(x)),
  Round: unary((g, x) => g.apply('Round', [x])),
  Sigmoid: unary((g, x) => g.sigmoid(x)),
  Sign: unary((g, x) => g.sign(x)),
  Sin: unary((g, x) => g.sin(x)),
  Softplus: unary((g, x) => g.apply('Softplus', [x])),
  Softsign: unary((g, x) => g.apply('Softsign', [x])),
  Sqrt: unary((g, x) => g.sqrt(x), 0.1, 3),
  Tanh: unary((g, x) => g.tanh(x)),
}

function clip(g: GraphBuilder, x: Value, ...bounds: readonly (number | undefined)[]): Value {
  return g.apply('Clip', [x, ...bounds.map(bound => (bound === undefined ? null : g.scalar(bound)))])
}

export const ARITHMETIC_CASES: Cases<ArithmeticKind> = {
  Add: [...binary(g => g.add), ...cases((g, [a, b]) => g.add(a, b), WHOLE)],
  Sub: [...binary(g => g.sub), ...cases((g, [a, b]) => g.sub(a, b), WHOLE)],
  Mul: [...binary(g => g.mul), ...cases((g, [a, b]) => g.mul(a, b), WHOLE)],
  Div: [...binary(g => g.div, [-2, 2], [0.5, 2]), ...cases((g, [a, b]) => g.div(a, b), WHOLE)],
  Pow: [
    ...binary(g => g.pow, [0.3, 2]),
    ...cases((g, [a]) => g.pow(a, 2), [floats([2, 3])], [floats([0])]),
    ...cases((g, [a]) => g.pow(a, 3), [floats([4])]),
  ],
  Mod: [
    ...binary(g => (a, b) => g.mod(a, b, { fmod: true }), [0.1, 5], [0.5, 1.5]),
    ...cases((g, [a, b]) => g.mod(a, b), WHOLE),
  ],
  Max: [
    ...binary(g => g.max),
    ...cases((g, [a, b, c]) => g.max(a, b, c), [floats([2, 3]), floats([3]), floats([1])]),
    ...cases((g, [a]) => g.max(a, 0), [floats([4])]),
  ],
  Min: [
    ...binary(g => g.min),
    ...cases((g, [a, b, c]) => g.min(a, b, c), [floats([2, 3]), floats([3]), floats([1])]),
  ],
  Clip: [
    ...unary((g, x) => clip(g, x, -0.5, 0.75)),
    ...cases((g, [x]) => clip(g, x, 0), [floats([6])]),
    ...cases((g, [x]) => clip(g, x, undefined, 0), [floats([6])]),
  ],
}

function compare(f: (g: GraphBuilder) => (a: Operand, b: Operand) => Value): readonly OperatorCase[] {
  return [
    ...binary(f),
    ...cases((g, [a, b]) => f(g)(a, b), [ints([1, 2, 3]), ints([3, 2, 1])], [ints([], [0]), ints([1], [1])]),
  ]
}

function logic(kind: 'And' | 'Or' | 'Xor'): readonly OperatorCase[] {
  return cases((g, inputs) => g.apply(kind, inputs), ...PAIRS.map(([a, b]) => [bools(a), bools(b)]))
}

export const LOGIC_CASES: Cases<LogicKind> = {
  And: logic('And'),
  Equal: [...compare(g => g.equal), ...cases((g, [a, b]) => g.equal(a, b), [bools([3]), bools([2, 3])])],
  Greater: compare(g => g.greater),
  GreaterOrEqual: compare(g => g.greaterOrEqual),
  IsNaN: unary((g, x) => g.apply('IsNaN', [g.log(x)])),
  Less: compare(g => g.less),
  LessOrEqual: compare(g => g.lessOrEqual),
  Not: cases((g, [a]) => g.apply('Not', [a]), ...SHAPES.map(shape => [bools(shape)])),
  Or: logic('Or'),
  Where: [
    ...cases((g, [c, a, b]) => g.where(c, a, b), ...PAIRS.map(([a, b]) => [bools(a), floats(b), floats(a)])),
    ...cases((g, [c, a]) => g.where(c, a, 0), [bools([2, 1]), floats([3])]),
    ...cases((g, [c, a, b]) => g.where(c, a, b), [bools([2, 2]), ints([1, 2]), ints([3])]),
    named(
      { 0: ['time', 1, 'batch'], 1: [3, 'batch'], 2: [] },
      (g, [c, a, b]) => g.where(c, a, b),
      bools([2, 1, 4]),
      floats([3, 4]),
      floats([]),
    ),
  ],
  Xor: logic('Xor'),
}

type Reduce = (g: GraphBuilder) => (x: Value, axes: readonly number[], keep?: Keep) => Value

const byKind =
  (kind: Exclude<ReductionKind, 'ReduceSum'>): Reduce =>
  g =>
  (x, axes, { keepDims = false } = {}) =>
    g.apply(kind, [x], { axes, keepdims: Number(keepDims) })

/** @param empty whether the runtimes agree on a reduction over no cells */
function reduction(f: Reduce, { empty = false, low = -2, high = 2 } = {}): readonly OperatorCase[] {
  const of = (axes: readonly number[], keepDims: boolean, ...shape: readonly number[]) =>
    cases((g, [x]) => f(g)(x, axes, { keepDims }), [floats(shape, low, high)])
  return [
    ...of([0], false, 1),
    ...of([0], true, 5),
    ...of([1], false, 2, 3),
    ...of([-1], true, 2, 3),
    ...of([0, 1], false, 2, 3),
    ...of([0, 2], false, 2, 3, 2),
    ...of([1], true, 2, 1, 2),
    ...of([1], false, 0, 3),
    ...(empty ? [...of([0], true, 0, 3), ...of([0, 1], false, 2, 0)] : []),
    named(
      { 0: ['time', 3, 'batch'] },
      (g, [x]) => f(g)(x, [0, 1], { keepDims: true }),
      floats([2, 3, 2], low, high),
    ),
    named({ 0: ['time', 3, 'batch'] }, (g, [x]) => f(g)(x, [0, 2]), floats([2, 3, 2], low, high)),
  ]
}

export const REDUCTION_CASES: Cases<ReductionKind> = {
  ReduceL1: reduction(byKind('ReduceL1'), { empty: true }),
  ReduceL2: reduction(byKind('ReduceL2'), { empty: true }),
  ReduceLogSumExp: reduction(byKind('ReduceLogSumExp')),
  ReduceMax: [...reduction(g => g.reduceMax), ...cases((g, [x]) => g.reduceMax(x, [0]), [ints([3, 9, 4])])],
  ReduceMean: reduction(g => g.reduceMean),
  ReduceMin: reduction(byKind('ReduceMin')),
  ReduceProd: [
    ...reduction(g => g.reduceProd, { empty: true, low: 0.5 }),
    // A zero among the factors, and two
    ...cases((g, [x]) => g.reduceProd(g.relu(x), [0]), [floats([3, 4])]),
  ],
  ReduceSum: [
    ...reduction(g => g.reduceSum, { empty: true }),
    ...cases((g, [x]) => g.reduceSum(x, [0]), [ints([3, 9, 4])]),
  ],
  ReduceSumSquare: reduction(byKind('ReduceSumSquare'), { empty: true }),
}

function cumSum(g: GraphBuilder, x: Value, axis: number, attributes: Attributes<'CumSum'> = {}): Value {
  return g.apply('CumSum', [x, g.scalar(axis, 'int64')], attributes)
}

function topK(g: GraphBuilder, x: Value, k: number, attributes: Attributes<'TopK'> = {}): readonly Value[] {
  return g.op('TopK', [x, g.int64([k])], attributes)
}

export const ORDER_CASES: Cases<OrderKind> = {
  ArgMax: cases(
    (g, [x]) => [g.apply('ArgMax', [x], { axis: -1, keepdims: 0 }), g.apply('ArgMax', [x])],
    [floats([5])],
    [floats([2, 3])],
    [floats([1, 1])],
  ),
  ArgMin: cases(
    (g, [x]) => [g.apply('ArgMin', [x], { axis: -1, keepdims: 0 }), g.apply('ArgMin', [x])],
    [floats([5])],
    [floats([2, 3])],
  ),
  CumSum: [
    ...cases((g, [x]) => cumSum(g, x, 0), [floats([5])], [floats([2, 3])], [floats([1])], [floats([0, 2])]),
    ...cases((g, [x]) => cumSum(g, x, -1, { reverse: 1 }), [floats([2, 3])]),
    ...cases((g, [x]) => cumSum(g, x, 1, { exclusive: 1 }), [floats([2, 3])]),
    ...cases((g, [x]) => cumSum(g, x, 1, { exclusive: 1, reverse: 1 }), [floats([2, 3, 2])]),
    ...cases((g, [x]) => cumSum(g, x, 0), [ints([1, 2, 3])]),
    named({ 0: ['time', 'batch'] }, (g, [x]) => cumSum(g, x, 0), floats([3, 2])),
  ],
  TopK: [
    ...cases((g, [x]) => topK(g, x, 2), [floats([5])], [floats([3, 4])], [floats([2])]),
    notNative('divides by zero, which ends the process', (g, [x]) => topK(g, x, 2), floats([0, 3])),
    ...cases((g, [x]) => topK(g, x, 3, { axis: 0, largest: 0 }), [floats([3, 2])]),
    ...cases((g, [x]) => topK(g, x, 4), [ints([5, 1, 7, 3])]),
    named({ 0: ['batch', 4] }, (g, [x]) => topK(g, x, 4), floats([2, 4])),
  ],
}

const LINES = [[floats([5])], [floats([2, 3])], [floats([2, 1])], [floats([0, 3])], [floats([2, 3, 2])]]

export const NORMALIZATION_CASES: Cases<NormalizationKind> = {
  Softmax: [
    ...cases((g, [x]) => g.softmax(x), ...LINES),
    ...cases((g, [x]) => g.softmax(x, 1), [floats([2, 3, 2])]),
    named({ 0: ['batch', 'time'] }, (g, [x]) => g.softmax(x), floats([2, 3])),
  ],
  LogSoftmax: [
    ...cases((g, [x]) => g.logSoftmax(x), ...LINES),
    ...cases((g, [x]) => g.logSoftmax(x, 0), [floats([2, 3, 2])]),
    named({ 0: ['batch', 'time'] }, (g, [x]) => g.logSoftmax(x), floats([2, 3])),
  ],
  LayerNormalization: [
    ...cases(
      (g, inputs) => g.apply('LayerNormalization', inputs),
      [floats([2, 3]), floats([3]), floats([3])],
      [floats([2, 2, 4]), floats([4]), floats([4])],
      [floats([1, 4]), floats([4]), floats([4])],
      [floats([0, 3]), floats([3]), floats([3])],
    ),
    ...cases(
      (g, inputs) => g.apply('LayerNormalization', inputs, { epsilon: 0.1 }),
      [floats([2, 3]), floats([3])],
    ),
    ...cases(
      (g, inputs) => g.apply('LayerNormalization', inputs, { axis: 1 }),
      [floats([2, 3, 2]), floats([3, 2]), floats([3, 2])],
    ),
    named(
      { 0: ['batch', 'time', 4] },
      (g, inputs) => g.apply('LayerNormalization', inputs),
      floats([2, 3, 4]),
      floats([4]),
      floats([4]),
    ),
  ],
  Dropout: [
    ...cases(
      (g, [x]) => g.apply('Dropout', [x, g.scalar(0.4), g.scalar(0, 'bool')]),
      [floats([2, 3])],
      [floats([0])],
    ),
    {
      feeds: [floats([4, 6])],
      build: (g, [x]) => g.apply('Dropout', [x, g.scalar(0.4), g.scalar(1, 'bool')], { seed: 5 }),
      random: true,
    },
  ],
}
