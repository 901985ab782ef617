/** Cases for layout, padding, indexing and sources. */
import type { GraphBuilder } from '../builder.js'
import type { Attributes, IndexKind, LayoutKind, PaddingKind, SourceKind } from '../kinds.js'
import type { Value } from '../value.js'
import { bools, cases, floats, ints, named, type OperatorCase, SHAPES } from './case.js'

type Cases<K extends string> = Readonly<Record<K, readonly OperatorCase[]>>

const TNB = { 0: ['time', 4, 'batch'] } as const

export const LAYOUT_CASES: Cases<LayoutKind> = {
  Cast: [
    ...cases((g, [x]) => g.cast(x, 'float64'), ...SHAPES.map(shape => [floats(shape)])),
    ...cases((g, [x]) => g.cast(g.cast(x, 'float64'), 'float32'), [floats([3])]),
    ...cases((g, [x]) => [g.cast(x, 'int64'), g.cast(x, 'bool'), g.cast(x, 'int32')], [floats([5])]),
    ...cases((g, [x]) => g.cast(x, 'float32'), [ints([1, -2, 3])], [bools([4])]),
  ],
  Concat: [
    ...cases(
      (g, xs) => g.concat(xs, 0),
      [floats([2]), floats([3])],
      [floats([0]), floats([2])],
      [floats([1, 2])],
    ),
    ...cases((g, xs) => g.concat(xs, 1), [floats([2, 1]), floats([2, 3]), floats([2, 0])]),
    ...cases((g, xs) => g.concat(xs, -1), [floats([2, 2, 1]), floats([2, 2, 2])], [ints([1, 2]), ints([3])]),
    named(
      { 0: ['time', 'batch'], 1: [1, 'batch'] },
      (g, xs) => g.concat(xs, 0),
      floats([3, 2]),
      floats([1, 2]),
    ),
  ],
  Expand: [
    ...cases(
      (g, [x]) => g.expandTo(x, g.int64([2, 3])),
      [floats([3])],
      [floats([2, 1])],
      [floats([])],
      [floats([1, 1])],
    ),
    ...cases((g, [x]) => g.expandTo(x, g.int64([2, 1, 3])), [floats([4, 1])]),
    ...cases((g, [x]) => g.expandTo(x, g.int64([0])), [floats([1])]),
    named(
      { 0: ['time', 1], 1: ['time', 'batch'] },
      (g, [x, like]) => g.expandTo(x, g.shape(like)),
      floats([2, 1]),
      floats([2, 3]),
    ),
  ],
  Flatten: [
    ...cases((g, [x]) => g.flatten(x), [floats([2, 3, 2])], [floats([2])], [floats([0, 3])]),
    ...cases((g, [x]) => [g.flatten(x, 0), g.flatten(x, 2)], [floats([2, 3, 2])]),
    named(TNB, (g, [x]) => g.flatten(x, 2), floats([2, 4, 3])),
  ],
  Identity: cases((g, [x]) => g.identity(x), ...SHAPES.map(shape => [floats(shape)])),
  Reshape: [
    ...cases(
      (g, [x]) => g.reshape(x, [3, -1]),
      [floats([6])],
      [floats([2, 3])],
      [floats([3, 1])],
      [floats([0, 3])],
    ),
    ...cases((g, [x]) => g.reshape(x, []), [floats([1, 1])]),
    ...cases((g, [x]) => g.reshape(x, [0, 2, 2]), [floats([3, 4])]),
    named(TNB, (g, [x]) => g.reshape(x, [0, 2, 2, -1]), floats([3, 4, 2])),
    named(TNB, (g, [x]) => g.reshape(x, [-1]), floats([3, 4, 2])),
  ],
  Split: [
    ...cases((g, [x]) => g.split(x, [1, 2], 0), [floats([3])], [floats([3, 2])]),
    ...cases((g, [x]) => g.split(x, [2, 0, 1], 1)[0], [floats([2, 3])]),
    ...cases((g, [x]) => g.split(x, [1, 1], -1), [floats([2, 2])], [floats([0, 2])]),
    named(TNB, (g, [x]) => g.split(x, [1, 3], 1), floats([2, 4, 3])),
  ],
  Squeeze: [
    ...cases((g, [x]) => g.squeeze(x, [0]), [floats([1])], [floats([1, 3])], [floats([1, 0])]),
    ...cases((g, [x]) => g.squeeze(x, [-1, 0]), [floats([1, 2, 1])]),
    ...cases((g, [x]) => g.op('Squeeze', [x]), [floats([1, 2, 1])]),
    named({ 0: ['time', 1, 'batch'] }, (g, [x]) => g.squeeze(x, [1]), floats([2, 1, 3])),
  ],
  Transpose: [
    ...cases((g, [x]) => g.transpose(x, [1, 0]), [floats([2, 3])], [floats([1, 3])], [floats([0, 3])]),
    ...cases((g, [x]) => g.transpose(x, [2, 0, 1]), [floats([2, 3, 4])]),
    ...cases((g, [x]) => g.op('Transpose', [x]), [floats([2, 3, 4])]),
    named(TNB, (g, [x]) => g.transpose(x, [1, 2, 0]), floats([2, 4, 3])),
  ],
  Unsqueeze: [
    ...cases((g, [x]) => g.unsqueeze(x, [0]), [floats([])], [floats([3])], [floats([0])]),
    ...cases((g, [x]) => g.unsqueeze(x, [-1, 1]), [floats([2, 3])]),
    named({ 0: ['time', 'batch'] }, (g, [x]) => g.unsqueeze(x, [1]), floats([2, 3])),
  ],
}

export const PADDING_CASES: Cases<PaddingKind> = {
  Pad: [
    ...cases((g, [x]) => g.pad(x, [1, 2]), [floats([3])], [floats([1])], [floats([0])]),
    ...cases((g, [x]) => g.apply('Pad', [x, g.int64([0, 1, 2, 0]), g.scalar(7)]), [floats([2, 3])]),
    ...cases((g, [x]) => g.pad(x, [-1, 0, 1, -1]), [floats([3, 3])]),
    ...cases((g, [x, fill]) => g.op('Pad', [x, g.int64([1, 1]), fill]), [floats([3]), floats([])]),
    named({ 0: ['time', 'batch'] }, (g, [x]) => g.pad(x, [1, 0, 0, 0]), floats([3, 2])),
  ],
  Slice: [
    ...cases((g, [x]) => g.slice(x, { axis: 0, start: 1 }), [floats([3])], [floats([1])], [floats([2, 2])]),
    ...cases((g, [x]) => g.slice(x, { axis: -1, start: -2, end: -1 }), [floats([2, 3])]),
    ...cases((g, [x]) => g.slice(x, { axis: 0, start: 0, end: 2, step: 2 }), [floats([5])]),
    ...cases((g, [x]) => g.slice(x, { axis: 1, start: 4, end: -100, step: -2 }), [floats([2, 5])]),
    ...cases((g, [x]) => g.slice(x, { axis: 0, start: 5 }), [floats([3])]),
    ...[
      { start: 1 },
      { end: 1 },
      { end: -1 },
      { start: -1 },
      { start: 1, end: -1 },
      { start: -2, end: -1 },
    ].map(cut => named(TNB, (g, [x]) => g.slice(x, { axis: 0, ...cut }), floats([4, 4, 2]))),
    named(TNB, (g, [x]) => g.slice(x, { axis: 0, start: 1, step: 2 }), floats([5, 4, 2])),
  ],
  Tile: [
    ...cases((g, [x]) => g.apply('Tile', [x, g.int64([3])]), [floats([2])], [floats([1])], [floats([0])]),
    ...cases((g, [x]) => g.apply('Tile', [x, g.int64([2, 1, 3])]), [floats([2, 3, 1])]),
    named({ 0: ['time', 'batch'] }, (g, [x]) => g.apply('Tile', [x, g.int64([2, 3])]), floats([2, 3])),
  ],
  Trilu: [
    ...cases(
      (g, [x]) => [g.apply('Trilu', [x]), g.apply('Trilu', [x], { upper: 0 })],
      [floats([3, 3])],
      [floats([2, 2, 3])],
    ),
    ...cases(
      (g, [x]) => [
        g.apply('Trilu', [x, g.scalar(1, 'int64')]),
        g.apply('Trilu', [x, g.scalar(-1, 'int64')], { upper: 0 }),
      ],
      [floats([3, 4])],
    ),
  ],
}

function oneHot(g: GraphBuilder, at: Value, depth: number, attributes: Attributes<'OneHot'> = {}): Value {
  return g.apply('OneHot', [at, g.scalar(depth, 'int64'), g.constant(Float32Array.of(0, 1))], attributes)
}

export const INDEX_CASES: Cases<IndexKind> = {
  Gather: [
    ...cases(
      (g, [x, at]) => g.gather(x, at),
      [floats([4, 2]), ints([3, 0, 3])],
      [floats([3]), ints([1], [])],
      [floats([3, 2]), ints([2, -1, 0, 0], [2, 2])],
      [floats([1, 2]), ints([0, 0])],
      [floats([3, 2]), ints([], [0])],
      [floats([3]), ints([1, 2], [2], 'int32')],
    ),
    ...cases(
      (g, [x, at]) => g.gather(x, at, { axis: 1 }),
      [floats([2, 4]), ints([3, 3])],
      [floats([2, 3, 2]), ints([1, 0, 1, 2], [2, 2])],
    ),
    named(
      { 0: [5, 2], 1: ['time', 'batch'] },
      (g, [x, at]) => g.gather(x, at),
      floats([5, 2]),
      ints([4, 0, 4, 1, 2, 2], [3, 2]),
    ),
    named(TNB, (g, [x]) => g.gather(x, g.int64([2, 2, 0]), { axis: 1 }), floats([2, 4, 3])),
    named({ 0: ['rows', 2] }, (g, [x, at]) => g.gather(x, at), floats([3, 2]), ints([2, -1, 0, 0], [2, 2])),
    named(
      { 0: ['time', 'rows', 2] },
      (g, [x, at]) => g.gather(x, at, { axis: 1 }),
      floats([2, 3, 2]),
      ints([2, 2]),
    ),
  ],
  GatherElements: [
    ...cases(
      (g, inputs) => g.apply('GatherElements', inputs, { axis: 1 }),
      [floats([2, 3]), ints([2, 0, 1, 1], [2, 2])],
      [floats([1, 1]), ints([0], [1, 1])],
      [floats([2, 3]), ints([], [2, 0])],
    ),
    ...cases((g, inputs) => g.apply('GatherElements', inputs), [floats([3, 2]), ints([2, -3], [1, 2])]),
  ],
  GatherND: [
    ...cases(
      (g, inputs) => g.apply('GatherND', inputs),
      [floats([3, 2]), ints([2, 0, 2], [3, 1])],
      [floats([3, 2]), ints([2, 1, 0, 0], [2, 2])],
      [floats([2, 3, 2]), ints([1, 2, 0, 1], [2, 1, 2])],
      [floats([2, 3, 2]), ints([-1, -3, 1, 0], [2, 2])],
    ),
    named(
      { 0: ['rows', 'batch', 2] },
      (g, inputs) => g.apply('GatherND', inputs),
      floats([2, 3, 2]),
      ints([1, 2, 1, -1], [2, 2]),
    ),
  ],
  OneHot: [
    ...cases((g, [at]) => oneHot(g, at, 3), [ints([2, 0, 1])], [ints([1, -1], [2, 1])], [ints([], [0])]),
    ...cases((g, [at]) => oneHot(g, at, 2, { axis: 0 }), [ints([1, 0, 0, 1], [2, 2])]),
  ],
  ScatterElements: [
    ...cases(
      (g, [x, at, updates]) => g.scatterElements(x, at, updates, { axis: 1 }),
      [floats([2, 3]), ints([2, 0, 1, 2], [2, 2]), floats([2, 2])],
      [floats([2, 3]), ints([], [2, 0]), floats([2, 0])],
    ),
    ...cases(
      (g, [x, at, updates]) => g.scatterElements(x, at, updates, { axis: 0, reduction: 'add' }),
      [floats([3, 2]), ints([1, 1, 1, 0], [2, 2]), floats([2, 2])],
      [floats([2]), ints([0, 0, 0]), floats([3])],
    ),
  ],
  ScatterND: [
    ...cases(
      (g, [x, at, updates]) => g.apply('ScatterND', [x, at, updates]),
      [floats([4, 2]), ints([3, 0], [2, 1]), floats([2, 2])],
      [floats([2, 3]), ints([0, 1, 1, 2], [2, 2]), floats([2])],
    ),
    ...cases(
      (g, [x, at, updates]) => g.apply('ScatterND', [x, at, updates], { reduction: 'add' }),
      [floats([4, 2]), ints([3, 3, 0], [3, 1]), floats([3, 2])],
      [floats([1]), ints([0, 0], [2, 1]), floats([2])],
    ),
  ],
}

export const SOURCE_CASES: Cases<SourceKind> = {
  Constant: cases((g, [x]) => g.add(x, g.constant(Float32Array.of(1, 2, 3), [3])), [floats([2, 3])]),
  ConstantOfShape: [
    ...cases(
      (g, [x]) => g.add(x, g.constantOfShape(g.shape(x), 2.5)),
      [floats([2, 3])],
      [floats([0])],
      [floats([])],
    ),
    named({ 0: ['time', 'batch'] }, (g, [x]) => g.mul(x, g.constantOfShape(g.shape(x), 3)), floats([2, 3])),
    ...cases((g, [shape]) => g.constantOfShape(shape, 7, 'int64'), [ints([2, 1])]),
  ],
  Range: [
    ...cases(
      (g, [limit]) => g.range(g.scalar(0, 'int64'), limit, g.scalar(1, 'int64')),
      [ints([4], [])],
      [ints([0], [])],
    ),
    ...cases((g, [limit]) => g.range(g.scalar(9, 'int64'), limit, g.scalar(-3, 'int64')), [ints([1], [])]),
  ],
  Shape: [
    ...cases((g, [x]) => [g.shape(x), g.shape(x, { start: -1 })], [floats([2, 3])], [floats([0, 1])]),
    named({ 0: ['time', 'batch', 2] }, (g, [x]) => g.shape(x, { start: 0, end: 2 }), floats([2, 3, 2])),
  ],
}
