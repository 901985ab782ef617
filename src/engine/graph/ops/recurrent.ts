/**
 * ONNX's fused recurrent layers, for inference: weights are packed once and lengths are honored. They keep nothing a
 * gradient could start from; training builds the same layers from `Scan`.
 */
import type { Dim } from '../dim.js'
import type { RecurrentKind } from '../kinds.js'
import { type NdArray, ndArray } from '../nd-array.js'
import { type Operators, type ReferenceCall, refused, type ShapeCall } from '../operator.js'
import { checkDim, checkFloat, checkRank, checkSameType, checkType } from '../shape-rules.js'

const DIRECTIONS = {
  forward: ['forward'],
  reverse: ['reverse'],
  bidirectional: ['forward', 'reverse'],
} as const

const noGradient = refused('a fused layer, which is for inference: build it from Scan to train it')

function inferStates(call: ShapeCall<RecurrentKind>, gates: number): { every: Dim[]; last: Dim[] } {
  const [x, w, r] = call.inputs
  checkFloat(call, x)
  checkSameType(call, x, w, r)
  for (const value of [x, w, r]) checkRank(call, value, 3)
  const { hidden_size: hidden, direction } = call.attributes
  const directions = DIRECTIONS[direction]
  const [time, batch, size] = x.shape
  const expect = (at: number, what: string, shape: readonly Dim[]) => {
    const value = call.optional(at)
    if (!value) return
    checkRank(call, value, shape.length)
    value.shape.forEach((dim, i) => {
      checkDim(call, `${what} of [${shape.join(', ')}]`, dim, shape[i])
    })
  }
  expect(1, 'weights', [directions.length, gates * hidden, size])
  expect(2, 'recurrent weights', [directions.length, gates * hidden, hidden])
  expect(3, 'a bias', [directions.length, 2 * gates * hidden])
  expect(4, 'lengths', [batch])
  const lengths = call.optional(4)
  if (lengths) checkType(call, lengths, 'int32')
  expect(5, 'a first state', [directions.length, batch, hidden])
  expect(6, 'a first cell', [directions.length, batch, hidden])
  return { every: [time, directions.length, batch, hidden], last: [directions.length, batch, hidden] }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** One row's step: from the gates' sums of the input, and of the state, each with its bias. */
type Step = (
  input: readonly number[],
  recurrent: (from: readonly number[]) => number[],
  h: number[],
  c: number[],
) => void

/** Walks every row of the batch through its own length, in each direction; beyond the length states are 0. */
function recur(
  call: ReferenceCall<RecurrentKind>,
  gates: number,
  step: Step,
): { every: NdArray; h: NdArray; c: NdArray } {
  const [x, w, r] = call.inputs
  const [bias, lengths, h0, c0] = [3, 4, 5, 6].map(at => call.optional(at))
  const { hidden_size: hidden, direction: which } = call.attributes
  const directions = DIRECTIONS[which]
  const [time, batch, size] = x.shape
  const every = ndArray(x.type, [time, directions.length, batch, hidden])
  const lastH = ndArray(x.type, [directions.length, batch, hidden])
  const lastC = ndArray(x.type, [directions.length, batch, hidden])
  const rows = gates * hidden
  directions.forEach((direction, d) => {
    const product = (weights: NdArray, width: number, from: ArrayLike<number>, biasAt: number) =>
      Array.from({ length: rows }, (_, row) => {
        let sum = bias ? bias.data[d * 2 * rows + biasAt + row] : 0
        for (let k = 0; k < width; k++) sum += weights.data[(d * rows + row) * width + k] * from[k]
        return sum
      })
    for (let b = 0; b < batch; b++) {
      const first = (state: NdArray | null | undefined) =>
        Array.from({ length: hidden }, (_, k) => state?.data[(d * batch + b) * hidden + k] ?? 0)
      const h = first(h0)
      const c = first(c0)
      const length = lengths ? lengths.data[b] : time
      for (let i = 0; i < length; i++) {
        const t = direction === 'forward' ? i : length - 1 - i
        const input = product(w, size, x.data.subarray((t * batch + b) * size, (t * batch + b + 1) * size), 0)
        step(input, from => product(r, hidden, from, rows), h, c)
        every.data.set(h, ((t * directions.length + d) * batch + b) * hidden)
      }
      lastH.data.set(h, (d * batch + b) * hidden)
      lastC.data.set(c, (d * batch + b) * hidden)
    }
  })
  return { every, h: lastH, c: lastC }
}

export const RECURRENT: Operators<RecurrentKind> = {
  // Hochreiter & Schmidhuber 1997; gates i, o, f, c
  LSTM: {
    inputs: [3, 8],
    optionalOutputsFrom: 1,
    infer: call => {
      if (call.optional(7)) call.fail('graph/arity', 'no peepholes', 'some')
      checkActivations(call, ['Sigmoid', 'Tanh', 'Tanh'])
      const { every, last } = inferStates(call, 4)
      const { type } = call.inputs[0]
      return [every, last, last].map(shape => ({ type, shape }))
    },
    gradient: noGradient,
    evaluate: call => {
      const { hidden_size: hidden } = call.attributes
      const { every, h, c } = recur(call, 4, (input, recurrent, state, cell) => {
        const z = recurrent(state).map((sum, row) => sum + input[row])
        for (let k = 0; k < hidden; k++) {
          const [i, o, f, u] = [z[k], z[hidden + k], z[2 * hidden + k], z[3 * hidden + k]]
          cell[k] = sigmoid(f) * cell[k] + sigmoid(i) * Math.tanh(u)
          state[k] = sigmoid(o) * Math.tanh(cell[k])
        }
      })
      return [every, h, c]
    },
  },
  // Cho et al. 2014; gates z, r, h
  GRU: {
    inputs: [3, 6],
    optionalOutputsFrom: 1,
    infer: call => {
      checkActivations(call, ['Sigmoid', 'Tanh'])
      const { every, last } = inferStates(call, 3)
      const { type } = call.inputs[0]
      return [every, last].map(shape => ({ type, shape }))
    },
    gradient: noGradient,
    evaluate: call => {
      const { hidden_size: hidden } = call.attributes
      const linear = call.attributes.linear_before_reset !== 0
      const { every, h } = recur(call, 3, (input, recurrent, state) => {
        const sums = recurrent(state)
        const z = state.map((_, k) => sigmoid(input[k] + sums[k]))
        const reset = state.map((_, k) => sigmoid(input[hidden + k] + sums[hidden + k]))
        const inner = linear
          ? state.map((_, k) => reset[k] * sums[2 * hidden + k])
          : recurrent(state.map((cell, k) => reset[k] * cell)).slice(2 * hidden)
        state.forEach((before, k) => {
          state[k] = (1 - z[k]) * Math.tanh(input[2 * hidden + k] + inner[k]) + z[k] * before
        })
      })
      return [every, h]
    },
  },
}

function checkActivations(call: ShapeCall<RecurrentKind>, standard: readonly string[]): void {
  const given = call.attributes.activations
  if (given && !given.every((name, i) => name === standard[i % standard.length]))
    call.fail('graph/attribute', `the activations ${standard.join(', ')}`, given.join(', '))
}
