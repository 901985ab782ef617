/** The LSTM and GRU of this folder as ONNX's one operator each, for inference: packed once, padding is not computed. */
import type { GraphBuilder } from '../graph/builder.js'
import { floatTensor, type Tensor } from '../graph/tensor.js'
import type { Value } from '../graph/value.js'
import type { GruWeights } from './gru.js'
import type { LstmWeights } from './lstm.js'
import { EXTRA_ROWS, type RecurrentSize } from './recurrent.js'

/** The weights of a fused layer. `G` is 4 for an LSTM, 3 for a GRU. */
export interface FusedWeights<T = Value> {
  /** `[directions, G·hidden, inputs]` */
  readonly w: T
  /** `[directions, G·hidden, hidden]` */
  readonly r: T
  /** `[directions, 2·G·hidden]`: biases of w, then of r. */
  readonly b: T
}

/** A fused layer's weights as values of a graph. */
export function fusedValues(
  { w, r, b }: FusedWeights<Tensor>,
  value: (part: keyof FusedWeights, tensor: Tensor) => Value,
): FusedWeights {
  return { w: value('w', w), r: value('r', r), b: value('b', b) }
}

/** Trained LSTM weights in ONNX's layout. The padding column is left out. */
export function toFusedLstm(
  { weight }: LstmWeights<Float32Array>,
  size: RecurrentSize,
): FusedWeights<Tensor> {
  const { inputs, hidden } = size
  const columns = hidden + inputs + EXTRA_ROWS
  // ONNX's gates i, o, f, c as places in the training layout's i, f, o, g.
  return pack(size, [0, 2, 1, 3], row => ({
    recurrent: weight.subarray(row * columns, row * columns + hidden),
    input: weight.subarray(row * columns + hidden, (row + 1) * columns),
  }))
}

/** Trained GRU weights in ONNX's layout. The padding column is left out. */
export function toFusedGru(
  { input, recurrent, candidateBias }: GruWeights<Float32Array>,
  size: RecurrentSize,
): FusedWeights<Tensor> {
  const { inputs, hidden } = size
  const columns = inputs + EXTRA_ROWS
  // ONNX's gates z, r, h as places in the training layout's r, z, n.
  return pack(size, [1, 0, 2], row => ({
    recurrent: recurrent.subarray(row * hidden, (row + 1) * hidden),
    input: input.subarray(row * columns, (row + 1) * columns),
    ...(row % (3 * hidden) >= 2 * hidden && {
      recurrentBias: candidateBias[Math.floor(row / (3 * hidden)) * hidden + (row % hidden)],
    }),
  }))
}

/**
 * @param order for each of ONNX's gates, its place in the training layout
 * @param rowOf a row of the training layout, directions included; `input` goes on with the bias
 */
function pack(
  { inputs, hidden, directions }: RecurrentSize,
  order: readonly number[],
  rowOf: (row: number) => {
    readonly recurrent: Float32Array
    readonly input: Float32Array
    readonly recurrentBias?: number
  },
): FusedWeights<Tensor> {
  const rows = order.length * hidden
  const w = new Float32Array(directions * rows * inputs)
  const r = new Float32Array(directions * rows * hidden)
  const b = new Float32Array(directions * 2 * rows)
  for (let direction = 0; direction < directions; direction++)
    for (let row = 0; row < rows; row++) {
      const gate = Math.floor(row / hidden)
      const from = rowOf(direction * rows + order[gate] * hidden + (row % hidden))
      const to = direction * rows + row
      r.set(from.recurrent, to * hidden)
      w.set(from.input.subarray(0, inputs), to * inputs)
      b[direction * 2 * rows + row] = from.input[inputs]
      b[direction * 2 * rows + rows + row] = from.recurrentBias ?? 0
    }
  return {
    w: floatTensor([directions, rows, inputs], w),
    r: floatTensor([directions, rows, hidden], r),
    b: floatTensor([directions, 2 * rows], b),
  }
}

/**
 * @param x `[time, batch, inputs]`: ONNX's own order, not the training layer's
 * @param weights as `toFusedLstm` or `toFusedGru` gives them; initializers are packed ahead
 * @param lengths int32 `[batch]`; beyond them the output is zero
 * @returns every state `[time, batch, directions·hidden]`, and the last ones `[batch, directions·hidden]`; left-to-right
 *   features first
 */
export function fusedRecurrent(
  g: GraphBuilder,
  cell: 'lstm' | 'gru',
  x: Value,
  { w, r, b }: FusedWeights,
  lengths: Value,
  { hidden, directions }: RecurrentSize,
): { readonly states: Value; readonly last: Value } {
  return g.inLayer(cell, () => {
    const direction = directions === 2 ? 'bidirectional' : 'forward'
    const inputs = [x, w, r, b, lengths]
    const [states, last] =
      cell === 'lstm'
        ? g.op('LSTM', inputs, { hidden_size: hidden, direction })
        : g.op('GRU', inputs, { hidden_size: hidden, direction, linear_before_reset: 1 })
    return {
      states: joinedDirections(g, states, { hidden, directions }),
      last:
        directions === 1
          ? g.squeeze(last, [0])
          : g.reshape(g.transpose(last, [1, 0, 2]), [0, directions * hidden]),
    }
  })
}

/** `[time, directions, batch, hidden]` as `[time, batch, directions·hidden]`. */
export function joinedDirections(
  g: GraphBuilder,
  states: Value,
  { hidden, directions }: Pick<RecurrentSize, 'hidden' | 'directions'>,
): Value {
  if (directions === 1) return g.squeeze(states, [1])
  return g.reshape(g.transpose(states, [0, 2, 1, 3]), [0, 0, directions * hidden])
}
