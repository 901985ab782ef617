/** Operators that keep every cell and change how cells are arranged, and `Cast`. */
import { addDims, agree, type Dim, divideDims, multiplyDims } from '../dim.js'
import { reduceTo, reshapeLike } from '../gradient-rules.js'
import type { AllAttributes, LayoutKind } from '../kinds.js'
import {
  broadcastShape,
  broadcastStrides,
  forEachCell,
  mapCells,
  type NdArray,
  ndArray,
  offset,
  positiveAxis,
  readStrided,
  stridesOf,
} from '../nd-array.js'
import type { Operators, ShapeCall } from '../operator.js'
import {
  broadcast,
  checkAxes,
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

/** The dimensions an int64 input asks for; unknown ones where it is computed. */
function askedShape(call: ShapeCall, at: number): readonly Dim[] {
  const shape = call.inputs[at]
  checkType(call, shape, 'int64')
  checkRank(call, shape, 1)
  if (shape.content) return shape.content
  const rank = shape.shape[0]
  if (typeof rank !== 'number') return call.fail('graph/shape', 'a known number of dimensions', String(rank))
  return Array.from({ length: rank }, () => call.unknown())
}

function reshapedShape(call: ShapeCall<'Reshape'>, from: readonly Dim[], asked: readonly Dim[]): Dim[] {
  const keepZero = call.attributes.allowzero !== 0
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

/** `shape` with dimensions of 1 put in at some axes of the result. */
function unsqueezed<D>(shape: readonly (D | 1)[], axes: readonly number[]): (D | 1)[] {
  const longer = [...shape]
  const rank = shape.length + axes.length
  for (const axis of axes.map(at => positiveAxis(at, rank)).sort((a, b) => a - b)) longer.splice(axis, 0, 1)
  return longer
}

function permutation(attributes: AllAttributes<'Transpose'>, rank: number): readonly number[] {
  return attributes.perm ?? Array.from({ length: rank }, (_, i) => rank - 1 - i)
}

function relabel(x: NdArray, shape: readonly number[]): NdArray {
  return ndArray(x.type, shape, x.data.slice())
}

export const LAYOUT: Operators<LayoutKind> = {
  Cast: {
    inputs: [1, 1],
    infer: call => {
      const code = call.attributes.to
      const type = elementTypeOfCode(code)
      if (!type) return call.fail('graph/type', 'an element type of the engine', `ONNX's ${code}`)
      return [withContent({ type, shape: call.inputs[0].shape }, call.inputs[0].content)]
    },
    gradient: ({ g, inputs: [x], dY }) => [isFloat(x.type) ? g.cast(dY, x.type) : null],
    evaluate: ({ inputs, outputs: [{ type }] }) => {
      const cast =
        type === 'bool'
          ? (cell: number) => Number(cell !== 0)
          : isFloat(type)
            ? (cell: number) => cell
            : Math.trunc
      return [mapCells(type, cell => cast(cell), inputs[0])]
    },
  },
  Concat: {
    inputs: [1, Number.POSITIVE_INFINITY],
    infer: call => {
      const values = call.inputs
      const [first] = values
      checkSameType(call, first, ...values)
      const axis = checkAxis(call, call.attributes.axis, first.shape.length)
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
      const axis = positiveAxis(attributes.axis, inputs[0].shape.length)
      const sizes = inputs.map(x => x.shape[axis])
      if (sizes.every(size => typeof size === 'number')) return g.split(dY, sizes as number[], axis)
      const parts = g.concat(
        inputs.map(x => g.shape(x, { start: axis, end: axis + 1 })),
        0,
      )
      const pieces = g.op('Split', [dY, parts], { axis })
      return inputs.map((_, i) => (wants(i) ? pieces[i] : null))
    },
    evaluate: ({ inputs: arrays, attributes }) => {
      const axis = positiveAxis(attributes.axis, arrays[0].shape.length)
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
    inputs: [2, 2],
    infer: call => {
      const [x] = call.inputs
      return [{ type: x.type, shape: broadcast(call, x.shape, askedShape(call, 1)) }]
    },
    gradient: ({ g, inputs: [x], dY }) => [reduceTo(g, dY, x)],
    evaluate: ({ inputs: [x, asked] }) => {
      const shape = broadcastShape(x.shape, Array.from(asked.data))
      return [readStrided(x, shape, broadcastStrides(x.shape, shape))]
    },
  },
  Flatten: {
    inputs: [1, 1],
    infer: call => {
      const [x] = call.inputs
      const { axis } = call.attributes
      const at = axis === x.shape.length ? axis : checkAxis(call, axis, x.shape.length)
      return [
        { type: x.type, shape: [multiplyDims(...x.shape.slice(0, at)), multiplyDims(...x.shape.slice(at))] },
      ]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x)],
    evaluate: ({ inputs: [x], attributes }) => {
      const axis = positiveAxis(attributes.axis, x.shape.length)
      return [relabel(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])]
    },
  },
  Identity: {
    inputs: [1, 1],
    infer: call => [withContent(likeFirst(call)[0], call.inputs[0].content)],
    gradient: ({ dY }) => [dY],
    evaluate: ({ inputs: [x] }) => [relabel(x, x.shape)],
  },
  Reshape: {
    inputs: [2, 2],
    infer: call => {
      const [x] = call.inputs
      const shape = reshapedShape(call, x.shape, askedShape(call, 1))
      return [withContent({ type: x.type, shape }, shape.length <= 1 ? x.content : undefined)]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x)],
    evaluate: ({ inputs: [x, asked], attributes }) => {
      const keepZero = attributes.allowzero !== 0
      const shape = Array.from(asked.data, (dim, i) => (dim === 0 && !keepZero ? x.shape[i] : dim))
      const free = shape.indexOf(-1)
      if (free >= 0) {
        const rest = sizeOf(shape.filter((_, i) => i !== free))
        shape[free] = rest === 0 ? 0 : x.data.length / rest
      }
      return [relabel(x, shape)]
    },
  },
  Split: {
    inputs: [2, 2],
    infer: call => {
      const [x] = call.inputs
      const axis = checkAxis(call, call.attributes.axis, x.shape.length)
      const sizes = askedShape(call, 1)
      checkDim(call, `sizes that add up to ${x.shape[axis]}`, x.shape[axis], addDims(...sizes))
      return sizes.map(size => ({ type: x.type, shape: x.shape.with(axis, size) }))
    },
    gradient: ({ g, outputs, dOutputs, attributes }) => [
      g.concat(
        dOutputs.map((d, i) => d ?? g.constantOfShape(g.shape(outputs[i]), 0, outputs[i].type)),
        attributes.axis,
      ),
    ],
    evaluate: ({ inputs: [x, sizes], attributes }) => {
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const strides = stridesOf(x.shape)
      let from = 0
      return Array.from(sizes.data, size => {
        const part = readStrided(x, x.shape.with(axis, size), strides, from * strides[axis])
        from += size
        return part
      })
    },
  },
  Squeeze: {
    inputs: [1, 2],
    infer: call => {
      const [x] = call.inputs
      const rank = x.shape.length
      const given = call.optional(1)
      const axes = given
        ? checkAxes(call, knownNumbers(call, given, 'axes'), rank)
        : x.shape.flatMap((dim, i) => (dim === 1 ? [i] : []))
      for (const axis of axes) checkDim(call, 'dimensions of 1', x.shape[axis], 1)
      const shape = x.shape.filter((_, i) => !axes.includes(i))
      return [withContent({ type: x.type, shape }, x.content)]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x)],
    evaluate: ({ inputs: [x], optional }) => {
      const given = optional(1)
      const axes = given && Array.from(given.data, axis => positiveAxis(axis, x.shape.length))
      const shape = x.shape.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1))
      return [relabel(x, shape)]
    },
  },
  Transpose: {
    inputs: [1, 1],
    infer: call => {
      const [x] = call.inputs
      const perm = permutation(call.attributes, x.shape.length)
      if ([...perm].sort((a, b) => a - b).join() !== [...x.shape.keys()].join())
        call.fail('graph/shape', `an order of the ${x.shape.length} axes`, `[${perm.join(', ')}]`)
      return [{ type: x.type, shape: perm.map(axis => x.shape[axis]) }]
    },
    gradient: ({ g, attributes, inputs: [x], dY }) => {
      const perm = permutation(attributes, x.shape.length)
      const back = perm.map((_, axis) => perm.indexOf(axis))
      return [g.transpose(dY, back)]
    },
    evaluate: ({ inputs: [x], attributes }) => {
      const perm = permutation(attributes, x.shape.length)
      const own = stridesOf(x.shape)
      const shape = perm.map(axis => x.shape[axis])
      return [
        readStrided(
          x,
          shape,
          perm.map(axis => own[axis]),
        ),
      ]
    },
  },
  Unsqueeze: {
    inputs: [2, 2],
    infer: call => {
      const [x] = call.inputs
      const given = knownNumbers(call, call.inputs[1], 'axes')
      const shape = unsqueezed<Dim>(x.shape, checkAxes(call, given, x.shape.length + given.length))
      return [withContent({ type: x.type, shape }, shape.length <= 1 ? x.content : undefined)]
    },
    gradient: ({ g, inputs: [x], dY }) => [reshapeLike(g, dY, x)],
    evaluate: ({ inputs: [x, axes] }) => [relabel(x, unsqueezed(x.shape, Array.from(axes.data)))],
  },
}
