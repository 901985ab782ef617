/** Operators that keep every cell and change how cells are arranged, and `Cast`. */
import { int, ints } from '../attributes.js'
import { addDims, agree, type Dim, divideDims, multiplyDims } from '../dim.js'
import { reduceTo, reshapeLike } from '../gradient-rules.js'
import type { LayoutKind } from '../kinds.js'
import {
  broadcastShape,
  broadcastStrides,
  forEachCell,
  mapCells,
  type NdArray,
  ndArray,
  offset,
  positiveAxis,
  stridesOf,
} from '../nd-array.js'
import type { Operator, ShapeCall } from '../operator.js'
import {
  broadcast,
  checkAxis,
  checkDim,
  checkRank,
  checkSameType,
  checkType,
  knownNumbers,
  likeFirst,
  withContent,
} from '../shape-rules.js'
import { elementTypeOfCode, isFloat, sizeOf } from '../tensor.js'
import { PADDING } from './padding.js'

/** The dimensions an int64 input asks for; unknown ones where it is computed. */
function askedShape(call: ShapeCall, at: number): readonly Dim[] {
  const shape = call.input(at)
  checkType(call, shape, 'int64')
  checkRank(call, shape, 1)
  if (shape.content) return shape.content
  const rank = shape.shape[0]
  if (typeof rank !== 'number') return call.fail('graph/shape', 'a known number of dimensions', String(rank))
  return Array.from({ length: rank }, () => call.unknown())
}

function reshapedShape(call: ShapeCall, from: readonly Dim[], asked: readonly Dim[]): Dim[] {
  const keepZero = call.attributes.flag('allowzero')
  const shape = asked.map((dim, i) => {
    if (dim !== 0 || keepZero) return dim
    return i < from.length
      ? from[i]
      : call.fail('graph/shape', 'a 0 that stands for a dimension', `axis ${i}`)
  })
  const free = shape.indexOf(-1)
  if (free !== shape.lastIndexOf(-1)) call.fail('graph/shape', 'one -1 at most', `[${asked.join(', ')}]`)
  const total = multiplyDims(...from)
  if (free >= 0) {
    const rest = multiplyDims(...shape.filter((_, i) => i !== free))
    const dim = divideDims(total, rest)
    if (dim === undefined && typeof total === 'number' && typeof rest === 'number')
      call.fail('graph/shape', `${total} cells that divide among [${asked.join(', ')}]`, 'a remainder')
    shape[free] = dim ?? call.unknown()
  } else if (!agree(total, multiplyDims(...shape)))
    call.fail('graph/shape', 'as many cells as before', `[${from.join(', ')}] and [${shape.join(', ')}]`)
  return shape
}

/** Axes of Squeeze and Unsqueeze, sorted; `rank` is that of the longer shape. */
function listedAxes(axes: readonly number[], rank: number): number[] {
  return axes.map(axis => positiveAxis(axis, rank)).sort((a, b) => a - b)
}

function relabel(x: NdArray, shape: readonly number[]): NdArray {
  return ndArray(x.type, shape, x.data.slice())
}

export const LAYOUT = {
  ...PADDING,
  Cast: {
    attributes: { to: int() },
    inputs: [1, 1],
    infer: call => {
      const code = call.attributes.int('to')
      const type = elementTypeOfCode(code)
      if (!type) return call.fail('graph/type', 'an element type of the engine', `ONNX's ${code}`)
      return [withContent({ type, shape: call.input(0).shape }, call.input(0).content)]
    },
    gradient: ({ g, inputs: [x], dY }) => [isFloat(x.type) ? g.cast(dY, x.type) : null],
    evaluate: ({ input, outputs: [{ type }] }) => {
      const cast =
        type === 'bool'
          ? (cell: number) => Number(cell !== 0)
          : isFloat(type)
            ? (cell: number) => cell
            : Math.trunc
      return [mapCells(type, cell => cast(cell), input(0))]
    },
  },
  Concat: {
    attributes: { axis: int() },
    inputs: [1, Number.POSITIVE_INFINITY],
    infer: call => {
      const values = call.inputs.map((_, i) => call.input(i))
      const first = values[0]
      checkSameType(call, first, ...values)
      const axis = checkAxis(call, call.attributes.int('axis'), first.shape.length)
      const shape = [...first.shape]
      for (const value of values) {
        checkRank(call, value, first.shape.length)
        value.shape.forEach((dim, i) => {
          if (i !== axis) checkDim(call, 'equal dimensions beside the axis', shape[i], dim)
        })
      }
      shape[axis] = addDims(...values.map(value => value.shape[axis]))
      const contents = values.flatMap(value => value.content ?? [])
      const known = shape.length === 1 && contents.length === shape[0]
      return [withContent({ type: first.type, shape }, known ? contents : undefined)]
    },
    gradient: ({ g, inputs, attributes, dY, wants }) => {
      const axis = positiveAxis(attributes.int('axis'), inputs[0].shape.length)
      const sizes = inputs.map(x => x.shape[axis])
      if (sizes.every(size => typeof size === 'number')) return g.split(dY, sizes as number[], axis)
      const parts = g.concat(
        inputs.map(x => g.shape(x, { start: axis, end: axis + 1 })),
        0,
      )
      const pieces = g.splitBy(dY, parts, axis)
      return inputs.map((_, i) => (wants(i) ? pieces[i] : null))
    },
    evaluate: call => {
      const arrays = call.inputs.map((_, i) => call.input(i))
      const axis = positiveAxis(call.attributes.int('axis'), arrays[0].shape.length)
      const shape = [...arrays[0].shape]
      shape[axis] = arrays.reduce((sum, array) => sum + array.shape[axis], 0)
      const result = ndArray(arrays[0].type, shape)
      const strides = stridesOf(shape)
      let from = 0
      for (const array of arrays) {
        forEachCell(array.shape, (index, at) => {
          result.data[offset(index, strides) + from * strides[axis]] = array.data[at]
        })
        from += array.shape[axis]
      }
      return [result]
    },
  },
  Expand: {
    attributes: {},
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      return [{ type: x.type, shape: broadcast(call, x.shape, askedShape(call, 1)) }]
    },
    gradient: ({ g, inputs: [x], dY }) => [reduceTo(g, dY, x), null],
    evaluate: ({ input }) => {
      const x = input(0)
      const shape = broadcastShape(x.shape, Array.from(input(1).data))
      const result = ndArray(x.type, shape)
      const strides = broadcastStrides(x.shape, shape)
      forEachCell(shape, (index, at) => {
        result.data[at] = x.data[offset(index, strides)]
      })
      return [result]
    },
  },
  Flatten: {
    attributes: { axis: int(1) },
    inputs: [1, 1],
    infer: call => {
      const x = call.input(0)
      const axis = call.attributes.int('axis')
      const at = axis === x.shape.length ? axis : checkAxis(call, axis, x.shape.length)
      return [
        { type: x.type, shape: [multiplyDims(...x.shape.slice(0, at)), multiplyDims(...x.shape.slice(at))] },
      ]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x)],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const axis = positiveAxis(attributes.int('axis'), x.shape.length)
      return [relabel(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])]
    },
  },
  Identity: {
    attributes: {},
    inputs: [1, 1],
    infer: call => [withContent(likeFirst(call)[0], call.input(0).content)],
    gradient: ({ dY }) => [dY],
    evaluate: ({ input }) => [relabel(input(0), input(0).shape)],
  },
  Reshape: {
    attributes: { allowzero: int(0) },
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      const shape = reshapedShape(call, x.shape, askedShape(call, 1))
      return [withContent({ type: x.type, shape }, shape.length <= 1 ? x.content : undefined)]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x), null],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const keepZero = attributes.flag('allowzero')
      const shape = Array.from(input(1).data, (dim, i) => (dim === 0 && !keepZero ? x.shape[i] : dim))
      const free = shape.indexOf(-1)
      if (free >= 0) {
        const rest = sizeOf(shape.filter((_, i) => i !== free))
        shape[free] = rest === 0 ? 0 : x.data.length / rest
      }
      return [relabel(x, shape)]
    },
  },
  Split: {
    attributes: { axis: int(0) },
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      const axis = checkAxis(call, call.attributes.int('axis'), x.shape.length)
      const sizes = askedShape(call, 1)
      checkDim(call, `sizes that add up to ${x.shape[axis]}`, x.shape[axis], addDims(...sizes))
      return sizes.map(size => ({ type: x.type, shape: x.shape.map((dim, i) => (i === axis ? size : dim)) }))
    },
    gradient: ({ g, node, outputs, dOutputs, attributes }) => [
      g.concat(
        dOutputs.map((d, i) => d ?? g.constantOfShape(g.shape(outputs[i]), 0, outputs[i].type)),
        attributes.int('axis'),
      ),
      ...node.inputs.slice(1).map(() => null),
    ],
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const axis = positiveAxis(attributes.int('axis'), x.shape.length)
      const strides = stridesOf(x.shape)
      let from = 0
      return Array.from(input(1).data, size => {
        const part = ndArray(
          x.type,
          x.shape.map((dim, i) => (i === axis ? size : dim)),
        )
        forEachCell(part.shape, (index, at) => {
          part.data[at] = x.data[offset(index, strides) + from * strides[axis]]
        })
        from += size
        return part
      })
    },
  },
  Squeeze: {
    attributes: {},
    inputs: [1, 2],
    infer: call => {
      const x = call.input(0)
      const rank = x.shape.length
      const axes = call.inputs[1]
        ? listedAxes(
            knownNumbers(call, 1, 'axes').map(axis => checkAxis(call, axis, rank)),
            rank,
          )
        : x.shape.flatMap((dim, i) => (dim === 1 ? [i] : []))
      for (const axis of axes) checkDim(call, 'dimensions of 1', x.shape[axis], 1)
      const shape = x.shape.filter((_, i) => !axes.includes(i))
      return [withContent({ type: x.type, shape }, x.content)]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x), null],
    evaluate: ({ input, inputs }) => {
      const x = input(0)
      const axes = inputs[1] ? listedAxes(Array.from(inputs[1].data), x.shape.length) : undefined
      return [
        relabel(
          x,
          x.shape.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)),
        ),
      ]
    },
  },
  Transpose: {
    attributes: { perm: ints() },
    inputs: [1, 1],
    infer: call => {
      const x = call.input(0)
      const perm = call.attributes.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i)
      if ([...perm].sort((a, b) => a - b).join() !== [...x.shape.keys()].join())
        call.fail('graph/shape', `an order of the ${x.shape.length} axes`, `[${perm.join(', ')}]`)
      return [{ type: x.type, shape: perm.map(axis => x.shape[axis]) }]
    },
    gradient: ({ g, attributes, inputs: [x], dY }) => {
      const perm = attributes.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i)
      return [
        g.transpose(
          dY,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
      ]
    },
    evaluate: ({ input, attributes }) => {
      const x = input(0)
      const perm = attributes.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i)
      const result = ndArray(
        x.type,
        perm.map(axis => x.shape[axis]),
      )
      const own = stridesOf(x.shape)
      const strides = perm.map(axis => own[axis])
      forEachCell(result.shape, (index, at) => {
        result.data[at] = x.data[offset(index, strides)]
      })
      return [result]
    },
  },
  Unsqueeze: {
    attributes: {},
    inputs: [2, 2],
    infer: call => {
      const x = call.input(0)
      const given = knownNumbers(call, 1, 'axes')
      const rank = x.shape.length + given.length
      const axes = listedAxes(
        given.map(axis => checkAxis(call, axis, rank)),
        rank,
      )
      if (new Set(axes).size < axes.length)
        call.fail('graph/shape', 'axes that differ', `[${given.join(', ')}]`)
      const shape: Dim[] = [...x.shape]
      for (const axis of axes) shape.splice(axis, 0, 1)
      return [withContent({ type: x.type, shape }, shape.length <= 1 ? x.content : undefined)]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x), null],
    evaluate: ({ input }) => {
      const x = input(0)
      const shape = [...x.shape]
      for (const axis of listedAxes(Array.from(input(1).data), x.shape.length + input(1).data.length))
        shape.splice(axis, 0, 1)
      return [relabel(x, shape)]
    },
  },
} satisfies Record<LayoutKind, Operator>
