/**
 * The GRU of `gru.ts` as ONNX's one operator, for inference: weights are packed once, padding is not computed.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { type FusedWeights, gateRows, joinFusedDirections, type StoredTensor } from './fused.js'
import type { GruWeights } from './gru.js'
import { EXTRA_ROWS, type RecurrentSize } from './recurrent.js'

/** ONNX's gates z, r, h as places in the training layout's r, z, n. */
const ORDER = [1, 0, 2]

/** Weights as `gru` trains them (`gruWeightShapes`) in ONNX's layout. The padding column has no part in it. */
export function toFusedGru(
  { input, recurrent, candidateBias }: GruWeights<Float32Array>,
  size: RecurrentSize,
): FusedWeights<StoredTensor> {
  const { inputs, hidden, directions } = size
  const columns = inputs + EXTRA_ROWS
  const w = new Float32Array(directions * 3 * hidden * inputs)
  const r = new Float32Array(directions * 3 * hidden * hidden)
  const b = new Float32Array(directions * 6 * hidden)
  for (const { direction, row, to, from } of gateRows(size, ORDER)) {
    const at = from * columns
    r.set(recurrent.subarray(from * hidden, (from + 1) * hidden), to * hidden)
    w.set(input.subarray(at, at + inputs), to * inputs)
    b[direction * 6 * hidden + row] = input[at + inputs]
  }
  for (let direction = 0; direction < directions; direction++)
    b.set(candidateBias.subarray(direction * hidden, (direction + 1) * hidden), (direction * 6 + 5) * hidden)
  return {
    w: { shape: [directions, 3 * hidden, inputs], data: w },
    r: { shape: [directions, 3 * hidden, hidden], data: r },
    b: { shape: [directions, 6 * hidden], data: b },
  }
}

/**
 * @param x `[time, batch, inputs]`: ONNX's own order, not the training layer's
 * @param weights as `toFusedGru` gives them; initializers are packed ahead
 * @param lengths int32 `[batch]`; beyond them the output is zero
 * @returns `[time, batch, directions·hidden]`, left-to-right features first
 */
export function fusedGru(
  g: GraphBuilder,
  x: Value,
  { w, r, b }: FusedWeights,
  lengths: Value,
  size: RecurrentSize,
): Value {
  return g.inLayer('gru', () => {
    const options = { bias: b, lengths, hiddenSize: size.hidden, linearBeforeReset: true }
    const direction = size.directions === 2 ? 'bidirectional' : 'forward'
    const [states] = g.gru(x, w, r, { ...options, direction })
    return joinFusedDirections(g, states, size)
  })
}
