/**
 * The LSTM of `lstm.ts` as ONNX's one operator, for inference: weights are packed once, padding is not computed.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { type FusedWeights, gateRows, joinFusedDirections, type StoredTensor } from './fused.js'
import { EXTRA_ROWS, type RecurrentSize } from './recurrent.js'

/** ONNX's gates i, o, f, c as places in the training layout's i, f, o, g. */
const ORDER = [0, 2, 1, 3]

/** Weights as `lstm` trains them (`lstmWeightShape`) in ONNX's layout. The padding column has no part in it. */
export function toFusedLstm(weight: Float32Array, size: RecurrentSize): FusedWeights<StoredTensor> {
  const { inputs, hidden, directions } = size
  const columns = hidden + inputs + EXTRA_ROWS
  const w = new Float32Array(directions * 4 * hidden * inputs)
  const r = new Float32Array(directions * 4 * hidden * hidden)
  const b = new Float32Array(directions * 8 * hidden)
  for (const { direction, row, to, from } of gateRows(size, ORDER)) {
    const at = from * columns
    r.set(weight.subarray(at, at + hidden), to * hidden)
    w.set(weight.subarray(at + hidden, at + hidden + inputs), to * inputs)
    b[direction * 8 * hidden + row] = weight[at + hidden + inputs]
  }
  return {
    w: { shape: [directions, 4 * hidden, inputs], data: w },
    r: { shape: [directions, 4 * hidden, hidden], data: r },
    b: { shape: [directions, 8 * hidden], data: b },
  }
}

/**
 * @param x `[time, batch, inputs]`: ONNX's own order, not the training layer's
 * @param weights as `toFusedLstm` gives them; initializers are packed ahead
 * @param lengths int32 `[batch]`; beyond them the output is zero
 * @returns `[time, batch, directions·hidden]`, left-to-right features first
 */
export function fusedLstm(
  g: GraphBuilder,
  x: Value,
  { w, r, b }: FusedWeights,
  lengths: Value,
  size: RecurrentSize,
): Value {
  return g.inLayer('lstm', () => {
    const direction = size.directions === 2 ? 'bidirectional' : 'forward'
    const [states] = g.lstm(x, w, r, { bias: b, lengths, hiddenSize: size.hidden, direction })
    return joinFusedDirections(g, states, size)
  })
}
