/** Operators that drop, add or repeat cells along axes: Slice, Pad, Tile, Trilu. */
import { addDims, type Dim, multiplyDims, subtractDims } from '../dim.js'
import { reshapeLike } from '../gradient-rules.js'
import type { PaddingKind } from '../kinds.js'
import { fillCells, offset, positiveAxis, readStrided, stridesOf } from '../nd-array.js'
import type { Operations } from '../operations.js'
import type { GradientCall, Operators, ShapeCall } from '../operator.js'
import {
  checkAxis,
  checkSameType,
  checkType,
  knownContent,
  knownNumbers,
  withContent,
} from '../shape-rules.js'
import type { Value } from '../value.js'

/** Bounds at or beyond this mean `to the end`. */
const FAR = 2 ** 31 - 1

interface Cut {
  readonly axis: number
  readonly start: Dim
  readonly end: Dim
  readonly step: number
}

function cutsOf(call: ShapeCall): readonly Cut[] {
  const [x, first, last] = call.inputs
  const starts = knownContent(call, first, 'starts')
  const ends = knownContent(call, last, 'ends')
  const [givenAxes, givenSteps] = [call.optional(3), call.optional(4)]
  const axes = givenAxes ? knownNumbers(call, givenAxes, 'axes') : starts.map((_, i) => i)
  const steps = givenSteps ? knownNumbers(call, givenSteps, 'steps') : starts.map(() => 1)
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    call.fail('graph/shape', 'as many starts as ends, axes and steps', `${starts.length} and ${ends.length}`)
  return starts.map((start, i) => {
    if (steps[i] === 0) call.fail('graph/shape', 'steps other than 0', '0')
    return { axis: checkAxis(call, axes[i], x.shape.length), start, end: ends[i], step: steps[i] }
  })
}

/** First cell, and the cell after the last, of a cut along an axis of known length. */
function bounds(start: number, end: number, step: number, length: number): [number, number] {
  const from = start < 0 ? start + length : start
  const to = end < 0 ? end + length : end
  const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at, low), high)
  return step > 0
    ? [clamp(from, 0, length), clamp(to, 0, length)]
    : [clamp(from, 0, length - 1), clamp(end < -length ? -1 : to, -1, length - 1)]
}

const isNegative = (dim: Dim) => (typeof dim === 'number' ? dim < 0 : dim.startsWith('-'))
const isFar = (dim: Dim) => typeof dim === 'number' && dim >= FAR

/** Length of a cut. A named length is taken to be at least as long as the bounds ask. */
function cutLength(call: ShapeCall, { start, end, step }: Cut, dim: Dim): Dim {
  if (typeof dim === 'number' && typeof start === 'number' && typeof end === 'number') {
    const [from, to] = bounds(start, end, step, dim)
    return Math.max(0, Math.ceil((to - from) / step))
  }
  if (step !== 1) return call.unknown()
  const from = isNegative(start) ? addDims(dim, start) : start
  const to = isFar(end) ? dim : isNegative(end) ? addDims(dim, end) : end
  const length = subtractDims(to, from)
  // A number of cells of a named length: fewer where the length is shorter, except for the first cell alone
  if (typeof length === 'number' && length > 1 && to !== dim) return call.unknown()
  return typeof length === 'number' ? Math.max(0, length) : length
}

/** The cuts of a Slice, as its gradient rule sees them. */
function knownCuts({ inputs: [x, starts, ends], optional }: GradientCall<'Slice'>): readonly Cut[] {
  const { content } = ends
  if (!starts.content || !content) return []
  return starts.content.map((start, i) => ({
    axis: positiveAxis(Number(optional(3)?.content?.[i] ?? i), x.shape.length),
    start,
    end: content[i],
    step: Number(optional(4)?.content?.[i] ?? 1),
  }))
}

/**
 * A slice's gradient is the incoming one padded with zeros. Before or after each cut the number of cells left out is
 * known; the rest, where lengths are named, is worked out from the shapes in the run.
 */
function sliceGradient(call: GradientCall<'Slice'>): Value {
  const {
    g,
    inputs: [x, ...bounds],
    outputs: [y],
    dY,
  } = call
  const rank = x.shape.length
  const before = new Array<number>(rank).fill(0)
  const after = new Array<number>(rank).fill(0)
  const fixedBefore = new Array<number>(rank).fill(1)
  const again = (positions: Value) => g.apply('Slice', [positions, ...bounds])
  for (const { axis, start, end, step } of knownCuts(call)) {
    if (step !== 1) return scatterBack(g, x, dY, again)
    const length = x.shape[axis]
    if (typeof length === 'number' && typeof start === 'number')
      before[axis] = Math.min(start < 0 ? Math.max(0, start + length) : start, length)
    else if (typeof start === 'number' && start >= 0) before[axis] = start
    else if (isFar(end) || (typeof end === 'number' && end < 0)) {
      fixedBefore[axis] = 0
      after[axis] = isFar(end) ? 0 : -Number(end)
    } else return scatterBack(g, x, dY, again)
  }
  const out = x.shape.map((dim, i) => subtractDims(dim, y.shape[i]))
  if (out.every(dim => typeof dim === 'number')) {
    const lead = before.map((count, i) => (fixedBefore[i] ? count : Number(out[i]) - after[i]))
    return g.pad(dY, [...lead, ...lead.map((count, i) => Number(out[i]) - count)])
  }
  const left = g.sub(g.shape(x), g.shape(dY))
  const free = g.int64(fixedBefore.map(fixed => 1 - fixed))
  const lead = fixedBefore.includes(0)
    ? g.add(g.mul(g.sub(left, g.int64(after)), free), g.int64(before))
    : g.int64(before)
  return g.padBy(dY, g.concat([lead, g.sub(left, lead)], 0))
}

/** Gradient of any choice of cells: what arrives, added into zeros at the positions that were chosen. */
function scatterBack(g: Operations, x: Value, dY: Value, choose: (positions: Value) => Value): Value {
  const shape = g.shape(x)
  const count = g.reduceProd(shape, [0])
  const positions = g.reshapeTo(g.range(g.scalar(0, 'int64'), count, g.scalar(1, 'int64')), shape)
  const zeros = g.constantOfShape(g.unsqueeze(count, [0]), 0, x.type)
  const scattered = g.scatterElements(zeros, g.reshape(choose(positions), [-1]), g.reshape(dY, [-1]), {
    axis: 0,
    reduction: 'add',
  })
  return g.reshapeTo(scattered, shape)
}

export const PADDING: Operators<PaddingKind> = {
  Pad: {
    inputs: [2, 3],
    infer: call => {
      const [x, pads] = call.inputs
      const fill = call.optional(2)
      const rank = x.shape.length
      checkType(call, pads, 'int64')
      if (fill) checkSameType(call, x, fill)
      if (pads.content && pads.content.length !== 2 * rank)
        call.fail('graph/shape', `${2 * rank} pads`, String(pads.content.length))
      const { content } = pads
      const shape = x.shape.map((dim, i) =>
        content ? addDims(dim, content[i], content[i + rank]) : call.unknown(),
      )
      return [{ type: x.type, shape }]
    },
    gradient: ({ g, dY, inputs: [x, pads], optional, wants }) => {
      const dX = g.padBy(dY, g.neg(pads))
      const sumOf = (value: Value) => g.reduceSum(value, [...value.shape.keys()])
      const fill = optional(2)
      const dFill =
        fill && wants(2) && x.shape.length > 0
          ? g.reshapeTo(g.sub(sumOf(dY), sumOf(dX)), g.shape(fill))
          : null
      return [dX, null, dFill]
    },
    evaluate: ({ inputs: [x, given], optional }) => {
      const rank = x.shape.length
      const pads = Array.from(given.data)
      const shape = x.shape.map((dim, i) => dim + pads[i] + pads[i + rank])
      const strides = stridesOf(x.shape)
      const fill = optional(2)?.data[0] ?? 0
      const cell = (index: readonly number[]) => {
        const from = index.map((position, i) => position - pads[i])
        const isInside = from.every((position, i) => position >= 0 && position < x.shape[i])
        return isInside ? x.data[offset(from, strides)] : fill
      }
      return [fillCells(x.type, shape, cell)]
    },
  },
  Slice: {
    inputs: [3, 5],
    infer: call => {
      const [x] = call.inputs
      const shape = [...x.shape]
      const cuts = cutsOf(call)
      for (const cut of cuts) shape[cut.axis] = cutLength(call, cut, shape[cut.axis])
      const [cut] = cuts
      const { content } = x
      const { start, end } = cut ?? {}
      const kept =
        content && cuts.length === 1 && cut.step === 1 && typeof start === 'number' && typeof end === 'number'
          ? content.slice(...bounds(start, end, 1, content.length))
          : undefined
      return [withContent({ type: x.type, shape }, kept)]
    },
    gradient: call => [sliceGradient(call)],
    evaluate: ({ inputs: [x, starts, ends], optional }) => {
      const [axes, steps] = [optional(3), optional(4)]
      const first = new Array<number>(x.shape.length).fill(0)
      const stride = new Array<number>(x.shape.length).fill(1)
      const shape = [...x.shape]
      starts.data.forEach((start, i) => {
        const axis = positiveAxis(axes?.data[i] ?? i, x.shape.length)
        const step = steps?.data[i] ?? 1
        const [from, to] = bounds(start, ends.data[i], step, x.shape[axis])
        first[axis] = from
        stride[axis] = step
        shape[axis] = Math.max(0, Math.ceil((to - from) / step))
      })
      const own = stridesOf(x.shape)
      const strides = own.map((size, i) => size * stride[i])
      return [readStrided(x, shape, strides, offset(first, own))]
    },
  },
  Tile: {
    inputs: [2, 2],
    infer: call => {
      const [x, repeats] = call.inputs
      checkType(call, repeats, 'int64')
      if (repeats.content && repeats.content.length !== x.shape.length)
        call.fail('graph/shape', `${x.shape.length} repeats`, String(repeats.content.length))
      const { content } = repeats
      const shape = x.shape.map((dim, i) => (content ? multiplyDims(dim, content[i]) : call.unknown()))
      return [{ type: x.type, shape }]
    },
    gradient: ({ g, inputs: [x, repeats], dY }) => {
      const rank = x.shape.length
      if (rank === 0) return [dY]
      // [r₀, d₀, r₁, d₁, …], summed over every r
      const pairs = g.concat([g.unsqueeze(repeats, [1]), g.unsqueeze(g.shape(x), [1])], 1)
      const apart = g.reshapeTo(dY, g.reshape(pairs, [2 * rank]))
      const axes = Array.from({ length: rank }, (_, i) => 2 * i)
      return [reshapeLike(g, g.reduceSum(apart, axes), x)]
    },
    evaluate: ({ inputs: [x, repeats] }) => {
      const shape = x.shape.map((dim, i) => dim * repeats.data[i])
      const strides = stridesOf(x.shape)
      const cell = (index: readonly number[]) => {
        const from = index.map((position, i) => position % x.shape[i])
        return x.data[offset(from, strides)]
      }
      return [fillCells(x.type, shape, cell)]
    },
  },
  Trilu: {
    inputs: [1, 2],
    infer: call => {
      const [x] = call.inputs
      const shift = call.optional(1)
      if (x.shape.length < 2) call.fail('graph/shape', 'at least 2 dimensions', `[${x.shape.join(', ')}]`)
      if (shift) checkType(call, shift, 'int64')
      return [{ type: x.type, shape: x.shape }]
    },
    gradient: ({ g, attributes, optional, dY }) => [g.apply('Trilu', [dY, optional(1)], attributes)],
    evaluate: ({ inputs: [x], optional, attributes }) => {
      const shift = optional(1)?.data[0] ?? 0
      const upper = attributes.upper !== 0
      const cell = (index: readonly number[], at: number) => {
        const [row, column] = index.slice(-2)
        return (upper ? column - row >= shift : column - row <= shift) ? x.data[at] : 0
      }
      return [fillCells(x.type, x.shape, cell)]
    },
  },
}
