/** Values made from nothing, or from a shape. */
import { type Dim, multiplyDims } from '../dim.js'
import type { AllAttributes, SourceKind } from '../kinds.js'
import { fromTensor, ndArray } from '../nd-array.js'
import { noFlow, type Operators } from '../operator.js'
import { checkRank, checkSameType, checkType, withContent } from '../shape-rules.js'

const dimsOnly = noFlow('it depends on shapes alone')

/** A slice of a shape as `Shape` cuts it: bounds clamped, negative ones counted from the end. */
function sliceOf<T>(shape: readonly T[], { start, end }: AllAttributes<'Shape'>): readonly T[] {
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + shape.length : at, 0), shape.length)
  return shape.slice(clamp(start), end === undefined ? shape.length : clamp(end))
}

export const SOURCES: Operators<SourceKind> = {
  Constant: {
    inputs: [0, 0],
    infer: call => {
      const { type, shape, data } = call.attributes.value
      const short = shape.length <= 1 && data.length <= 64
      return [withContent({ type, shape }, short ? Array.from(data, Number) : undefined)]
    },
    gradient: noFlow('it is constant'),
    evaluate: ({ attributes }) => [fromTensor(attributes.value)],
  },
  ConstantOfShape: {
    inputs: [1, 1],
    infer: call => {
      const [shape] = call.inputs
      checkType(call, shape, 'int64')
      checkRank(call, shape, 1)
      const { value } = call.attributes
      if (value && value.data.length !== 1)
        call.fail('graph/attribute', "one element in 'value'", String(value.data.length))
      const type = value?.type ?? 'float32'
      const rank = shape.shape[0]
      if (shape.content) {
        const size = multiplyDims(...shape.content)
        const content =
          shape.content.length <= 1 && typeof size === 'number' && size <= 64
            ? new Array<Dim>(size).fill(Number(value?.data[0] ?? 0))
            : undefined
        return [withContent({ type, shape: shape.content }, content)]
      }
      if (typeof rank !== 'number')
        return call.fail('graph/shape', 'a known number of dimensions', String(rank))
      return [{ type, shape: Array.from({ length: rank }, () => call.unknown()) }]
    },
    gradient: dimsOnly,
    evaluate: call => {
      const { value } = call.attributes
      const result = ndArray(value?.type ?? 'float32', Array.from(call.inputs[0].data))
      result.data.fill(Number(value?.data[0] ?? 0))
      return [result]
    },
  },
  Range: {
    inputs: [3, 3],
    infer: call => {
      const [start, limit, delta] = call.inputs
      checkType(call, start, 'int64', 'int32', 'float32', 'float64')
      checkSameType(call, start, limit, delta)
      for (const value of [start, limit, delta]) checkRank(call, value, 0)
      const from = start.content?.[0]
      const to = limit.content?.[0]
      const step = delta.content?.[0]
      let length: Dim = call.unknown()
      if (from === 0 && step === 1 && to !== undefined) length = to
      else if (typeof from === 'number' && typeof to === 'number' && typeof step === 'number')
        length = Math.max(0, Math.ceil((to - from) / step))
      return [{ type: start.type, shape: [length] }]
    },
    gradient: noFlow('how many numbers it makes depends on its bounds'),
    evaluate: ({ inputs }) => {
      const [from, to, step] = inputs.map(({ data }) => data[0])
      const length = Math.max(0, Math.ceil((to - from) / step))
      return [
        ndArray(
          inputs[0].type,
          [length],
          Float64Array.from({ length }, (_, i) => from + i * step),
        ),
      ]
    },
  },
  Shape: {
    inputs: [1, 1],
    infer: call => {
      const dims = sliceOf(call.inputs[0].shape, call.attributes)
      return [withContent({ type: 'int64', shape: [dims.length] }, dims)]
    },
    gradient: dimsOnly,
    evaluate: ({ inputs, attributes }) => {
      const dims = sliceOf(inputs[0].shape, attributes)
      return [ndArray('int64', [dims.length], Float64Array.from(dims))]
    },
  },
}
