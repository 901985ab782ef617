/**
 * Whole numbers of 8 bits in place of floats, as quantized models have them: a number is `(whole − zero) · step`. All of it is
 * for inference: rounding has no gradient.
 */
import type { RoundingKind } from '../kinds.js'
import { fillCells, mapCells, type NdArray, ndArray, positiveAxis } from '../nd-array.js'
import { type Operators, type ReferenceCall, refused, type ShapeCall } from '../operator.js'
import { checkAxis, checkDim, checkFloat, checkSameType, checkType } from '../shape-rules.js'
import type { ElementType } from '../tensor.js'
import { multiply, productShape } from './matrix.js'

const gradient = refused('a model of rounded numbers, which is for inference')

const RANGES: Readonly<Partial<Record<ElementType, readonly [low: number, high: number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
}

function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

function rounded(value: number, step: number, zero: number, type: ElementType): number {
  const [low, high] = RANGES[type] ?? [0, 255]
  return Math.min(Math.max(roundToEven(value / step) + zero, low), high)
}

/** One step for all, or one for each place along an axis. */
function checkSteps(call: ShapeCall<'QuantizeLinear' | 'DequantizeLinear'>): void {
  const [x, step] = call.inputs
  const zero = call.optional(2)
  checkFloat(call, step)
  for (const value of zero ? [step, zero] : [step]) {
    if (value.shape.length === 0 || (value.shape.length === 1 && value.shape[0] === 1)) continue
    if (value.shape.length > 1)
      call.fail('graph/shape', 'one step, or one along an axis', `[${value.shape.join(', ')}]`)
    const axis = checkAxis(call, call.attributes.axis, x.shape.length)
    checkDim(call, 'a step for each place', value.shape[0], x.shape[axis])
  }
}

/** A line of numbers laid along an axis of an array. */
function along(line: NdArray, x: NdArray, axis: number): NdArray {
  if (line.data.length === 1) return ndArray(line.type, [], line.data)
  const at = positiveAxis(axis, x.shape.length)
  return ndArray(
    line.type,
    x.shape.map((_, i) => (i === at ? line.data.length : 1)),
    line.data,
  )
}

function parts(call: ReferenceCall<'QuantizeLinear' | 'DequantizeLinear'>): readonly [NdArray, NdArray] {
  const [x, step] = call.inputs
  const zero = call.optional(2) ?? ndArray('int32', [])
  const { axis } = call.attributes
  return [along(step, x, axis), along(zero, x, axis)]
}

export const ROUNDING: Operators<RoundingKind> = {
  DequantizeLinear: {
    inputs: [2, 3],
    infer: call => {
      const [x, step] = call.inputs
      checkType(call, x, 'int8', 'uint8', 'int32')
      const zero = call.optional(2)
      if (zero) checkSameType(call, x, zero)
      checkSteps(call)
      return [{ type: step.type, shape: x.shape }]
    },
    gradient,
    evaluate: call => {
      const [x, { type }] = call.inputs
      return [mapCells(type, (cell, step, zero) => (cell - zero) * step, x, ...parts(call))]
    },
  },
  QuantizeLinear: {
    inputs: [2, 3],
    infer: call => {
      const [x, step] = call.inputs
      checkFloat(call, x)
      checkSameType(call, x, step)
      const zero = call.optional(2)
      if (zero) checkType(call, zero, 'int8', 'uint8')
      checkSteps(call)
      return [{ type: zero?.type ?? 'uint8', shape: x.shape }]
    },
    gradient,
    evaluate: call => {
      const [x] = call.inputs
      const type = call.optional(2)?.type ?? 'uint8'
      return [mapCells(type, (cell, step, zero) => rounded(cell, step, zero, type), x, ...parts(call))]
    },
  },
  /** Step and zero follow from the least and the largest number, with 0 among them. */
  DynamicQuantizeLinear: {
    inputs: [1, 1],
    infer: call => {
      const [x] = call.inputs
      checkType(call, x, 'float32')
      return [
        { type: 'uint8', shape: x.shape },
        { type: 'float32', shape: [] },
        { type: 'uint8', shape: [] },
      ]
    },
    gradient,
    evaluate: ({ inputs: [x] }) => {
      const low = x.data.reduce((least, cell) => Math.min(least, cell), 0)
      const high = x.data.reduce((most, cell) => Math.max(most, cell), 0)
      const step = Math.fround((high - low) / 255) || 1
      const zero = Math.min(Math.max(roundToEven(-low / step), 0), 255)
      return [
        mapCells('uint8', cell => rounded(cell, step, zero, 'uint8'), x),
        fillCells('float32', [], () => step),
        fillCells('uint8', [], () => zero),
      ]
    },
  },
  /** A product of whole numbers, each less its zero: one for all of a matrix, or one for each column of the right one. */
  MatMulInteger: {
    inputs: [2, 4],
    infer: call => {
      const [a, b] = call.inputs
      for (const [value, at] of [[a, 2] as const, [b, 3] as const]) {
        checkType(call, value, 'int8', 'uint8')
        const zero = call.optional(at)
        if (!zero) continue
        checkSameType(call, value, zero)
        const isOne = zero.shape.length === 0 || (zero.shape.length === 1 && zero.shape[0] === 1)
        if (isOne) continue
        if (at === 2 || zero.shape.length > 1)
          call.fail('graph/shape', 'one zero, or one for each column', `[${zero.shape.join(', ')}]`)
        checkDim(call, 'a zero for each column', zero.shape[0], b.shape[b.shape.length - 1])
      }
      return [{ type: 'int32', shape: productShape(call, a.shape, b.shape) }]
    },
    gradient,
    evaluate: ({ inputs: [a, b], optional }) => {
      const less = (x: NdArray, zero: NdArray | null) =>
        zero
          ? mapCells('int32', (cell, own) => cell - own, x, along(zero, x, -1))
          : ndArray('int32', x.shape, x.data)
      return [multiply(less(a, optional(2)), less(b, optional(3)))]
    },
  },
}
