/** Convolution and pooling over one axis: values are `[batch, channels, length]`. */
import { addDims, type Dim, multiplyDims, subtractDims } from '../dim.js'
import { GraphError } from '../error.js'
import { reshapeLike, zerosLike } from '../gradient-rules.js'
import type { AllAttributes, ConvolutionKind } from '../kinds.js'
import { type NdArray, ndArray } from '../nd-array.js'
import type { Operations } from '../operations.js'
import type { Operators, ShapeCall } from '../operator.js'
import { checkDim, checkFloat, checkRank, checkSameType } from '../shape-rules.js'
import type { Value } from '../value.js'

interface Window {
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly after: number
}

function windowOf({ strides, dilations, pads }: AllAttributes<ConvolutionKind>): Window {
  return { stride: strides[0], dilation: dilations[0], before: pads[0], after: pads[1] }
}

function checkWindow(call: ShapeCall<ConvolutionKind>): Window {
  const { strides, dilations, pads } = call.attributes
  for (const [name, list, length] of [
    ['strides', strides, 1],
    ['dilations', dilations, 1],
    ['pads', pads, 2],
  ] as const)
    if (list.length !== length) call.fail('graph/attribute', `${name} for one axis`, `[${list.join(', ')}]`)
  return windowOf(call.attributes)
}

/** How many places a kernel fits in. */
function slides(call: ShapeCall, length: Dim, kernel: Dim, { stride, dilation, before, after }: Window): Dim {
  const span = addDims(multiplyDims(dilation, subtractDims(kernel, 1)), 1)
  const room = subtractDims(addDims(length, before, after), span)
  if (typeof room === 'number') {
    if (room < 0) call.fail('graph/shape', `a length of at least ${span} with padding`, String(length))
    return Math.floor(room / stride) + 1
  }
  return stride === 1 ? addDims(room, 1) : call.unknown()
}

function attributesOf({ stride, dilation, before, after }: Window, group: number) {
  return { dilations: [dilation], strides: [stride], pads: [before, after], group }
}

/** How many places a kernel of a known length fits in. */
function placesOf(length: number, kernel: number, { stride, dilation, before, after }: Window): number {
  return Math.floor((length + before + after - dilation * (kernel - 1) - 1) / stride) + 1
}

/**
 * Visits every product of `Y[n, m, t] = Σ X[n, c, t·stride + j·dilation − before] · W[m, c, j]`, with the offsets of its
 * three cells.
 */
function forEachProduct(
  [batch, channels, length]: readonly number[],
  w: NdArray,
  places: number,
  { stride, dilation, before }: Window,
  group: number,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [filters, perGroup, kernel] = w.shape
  for (let n = 0; n < batch; n++)
    for (let m = 0; m < filters; m++)
      for (let t = 0; t < places; t++) {
        const first = Math.floor(m / (filters / group)) * perGroup
        for (let c = 0; c < perGroup; c++)
          for (let j = 0; j < kernel; j++) {
            const at = t * stride + j * dilation - before
            if (at < 0 || at >= length) continue
            const from = (n * channels + first + c) * length + at
            visit(from, (m * perGroup + c) * kernel + j, (n * filters + m) * places + t)
          }
      }
}

function convolve(x: NdArray, w: NdArray, window: Window, group: number): NdArray {
  const [batch, , length] = x.shape
  const [filters, , kernel] = w.shape
  const places = placesOf(length, kernel, window)
  const y = ndArray(x.type, [batch, filters, places])
  forEachProduct(x.shape, w, places, window, group, (from, weight, to) => {
    y.data[to] += x.data[from] * w.data[weight]
  })
  return y
}

/** The transpose of `convolve` in its first operand. */
function convolveBack(y: NdArray, w: NdArray, window: Window, group: number, extra: number): NdArray {
  const { stride, dilation, before, after } = window
  const [batch, , places] = y.shape
  const [, perGroup, kernel] = w.shape
  const length = stride * (places - 1) + extra + dilation * (kernel - 1) + 1 - before - after
  const x = ndArray(y.type, [batch, perGroup * group, length])
  forEachProduct(x.shape, w, places, window, group, (to, weight, from) => {
    x.data[to] += y.data[from] * w.data[weight]
  })
  return x
}

function addBias(y: NdArray, bias: NdArray | null): NdArray {
  if (!bias) return y
  const [batch, channels, length] = y.shape
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let t = 0; t < length; t++) y.data[(n * channels + c) * length + t] += bias.data[c]
  return y
}

/** Gradient of the kernel: a convolution again, of the batch's channels with what arrives as the kernel. */
function kernelGradient(g: Operations, x: Value, dY: Value, w: Value, window: Window, group: number): Value {
  const kernel = w.shape[2]
  if (typeof kernel !== 'number')
    throw new GraphError('graph/gradient', 'Conv', 'a kernel of known length', String(kernel))
  const share = (value: Value) => {
    const channels = value.shape[1]
    if (group === 1) return [value]
    if (typeof channels !== 'number')
      throw new GraphError('graph/gradient', 'Conv', 'a known number of channels', String(channels))
    return g.split(value, new Array<number>(group).fill(channels / group), 1)
  }
  const xs = share(x)
  const parts = share(dY).map((d, i) => {
    const turned = g.apply(
      'Conv',
      [g.transpose(xs[i], [1, 0, 2]), g.transpose(d, [1, 0, 2])],
      attributesOf({ ...window, stride: window.dilation, dilation: window.stride }, 1),
    )
    return g.transpose(g.slice(turned, { axis: 2, start: 0, end: kernel }), [1, 0, 2])
  })
  return parts.length === 1 ? parts[0] : g.concat(parts, 0)
}

function checkChannels(call: ShapeCall<'Conv' | 'ConvTranspose'>): { x: Value; w: Value; group: number } {
  const [x, w] = call.inputs
  const bias = call.optional(2)
  checkFloat(call, x)
  checkSameType(call, x, w, ...(bias ? [bias] : []))
  checkRank(call, x, 3)
  checkRank(call, w, 3)
  return { x, w, group: call.attributes.group }
}

export const CONVOLUTIONS: Operators<ConvolutionKind> = {
  Conv: {
    inputs: [2, 3],
    infer: call => {
      const { x, w, group } = checkChannels(call)
      checkDim(call, 'channels that the kernel takes', x.shape[1], multiplyDims(w.shape[1], group))
      const bias = call.optional(2)
      if (bias) checkDim(call, 'a bias for every filter', bias.shape[0], w.shape[0])
      const places = slides(call, x.shape[2], w.shape[2], checkWindow(call))
      return [{ type: x.type, shape: [x.shape[0], w.shape[0], places] }]
    },
    gradient: ({ g, attributes, inputs: [x, w], outputs: [y], dY, wants }) => {
      const window = windowOf(attributes)
      const { group } = attributes
      return [
        wants(0)
          ? g.apply('ConvTranspose', [dY, w], {
              ...attributesOf(window, group),
              output_padding: [leftOver(x, y, w, window)],
            })
          : null,
        wants(1) ? kernelGradient(g, x, dY, w, window, group) : null,
        wants(2) ? g.reduceSum(dY, [0, 2]) : null,
      ]
    },
    evaluate: ({ inputs: [x, w], optional, attributes }) => [
      addBias(convolve(x, w, windowOf(attributes), attributes.group), optional(2)),
    ],
  },
  ConvTranspose: {
    inputs: [2, 3],
    infer: call => {
      const { x, w, group } = checkChannels(call)
      checkDim(call, 'channels that the kernel takes', x.shape[1], w.shape[0])
      const { stride, dilation, before, after } = checkWindow(call)
      const extra = call.attributes.output_padding[0]
      const span = addDims(multiplyDims(dilation, subtractDims(w.shape[2], 1)), 1)
      const length = addDims(multiplyDims(stride, subtractDims(x.shape[2], 1)), extra, span, -before, -after)
      return [{ type: x.type, shape: [x.shape[0], multiplyDims(w.shape[1], group), length] }]
    },
    gradient: ({ g, attributes, inputs: [x, w], dY, wants }) => {
      const window = windowOf(attributes)
      const { group } = attributes
      return [
        wants(0) ? g.op('Conv', [dY, w], attributesOf(window, group))[0] : null,
        wants(1) ? kernelGradient(g, dY, x, w, window, group) : null,
        wants(2) ? g.reduceSum(dY, [0, 2]) : null,
      ]
    },
    evaluate: ({ inputs: [x, w], optional, attributes }) => {
      const extra = attributes.output_padding[0]
      const y = convolveBack(x, w, windowOf(attributes), attributes.group, extra)
      return [addBias(y, optional(2))]
    },
  },
  MaxPool: {
    inputs: [1, 1],
    optionalOutputsFrom: 1,
    infer: call => {
      const [x] = call.inputs
      checkFloat(call, x)
      checkRank(call, x, 3)
      const [kernel] = call.attributes.kernel_shape
      const shape = [x.shape[0], x.shape[1], slides(call, x.shape[2], kernel, checkWindow(call))]
      return [
        { type: x.type, shape },
        { type: 'int64', shape },
      ]
    },
    // The second output says where in the flat input each cell came from
    gradient: ({ g, inputs: [x], outputs: [, indices], dY }) => {
      const flat = (value: Value) => g.reshape(value, [-1])
      const sums = g.scatterElements(flat(zerosLike(g, x)), flat(indices), flat(dY), { reduction: 'add' })
      return [reshapeLike(g, sums, x)]
    },
    evaluate: ({ inputs: [x], attributes }) => {
      const window = windowOf(attributes)
      const [kernel] = attributes.kernel_shape
      const [batch, channels, length] = x.shape
      const places = placesOf(length, kernel, window)
      const values = ndArray(x.type, [batch, channels, places])
      const indices = ndArray('int64', [batch, channels, places])
      for (let row = 0; row < batch * channels; row++)
        for (let t = 0; t < places; t++) {
          let best = -1
          for (let j = 0; j < kernel; j++) {
            const at = t * window.stride + j * window.dilation - window.before
            if (at < 0 || at >= length) continue
            if (best < 0 || x.data[row * length + at] > x.data[best]) best = row * length + at
          }
          values.data[row * places + t] = x.data[best]
          indices.data[row * places + t] = best
        }
      return [values, indices]
    },
  },
}

/** Cells at the end of the input that no place of the kernel reached. */
function leftOver(x: Value, y: Value, w: Value, { stride, dilation, before, after }: Window): number {
  if (stride === 1) return 0
  const reached = addDims(
    multiplyDims(stride, subtractDims(y.shape[2], 1)),
    multiplyDims(dilation, subtractDims(w.shape[2], 1)),
    1,
  )
  const left = subtractDims(addDims(x.shape[2], before, after), reached)
  if (typeof left !== 'number')
    throw new GraphError('graph/gradient', 'Conv with a stride', 'a known length', String(x.shape[2]))
  return left
}
