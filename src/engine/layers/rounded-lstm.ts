/** The LSTM of this folder with weights of 8 bits, as one operator, for inference. */
import type { GraphBuilder } from '../graph/builder.js'
import { floatTensor, type Tensor } from '../graph/tensor.js'
import type { Value } from '../graph/value.js'
import { type FusedWeights, joinedDirections } from './fused.js'
import type { RecurrentSize } from './recurrent.js'

/** Weights as ONNX Runtime's quantized LSTM takes them: gates last. */
export interface RoundedLstmWeights<T = Value> {
  /** int8 `[directions, inputs, 4·hidden]` */
  readonly w: T
  /** int8 `[directions, hidden, 4·hidden]` */
  readonly r: T
  /** `[directions, 8·hidden]` */
  readonly b: T
  /** `[directions, 4·hidden]`: what one unit of w, and of r, stands for. */
  readonly steps: T
  /** int8 zeros `[directions, 4·hidden]` */
  readonly zeros: T
}

/** Rounds fused weights: w and r of a gate have one step, so that rounding what was rounded changes nothing. */
export function toRoundedLstm(
  { w, r, b }: FusedWeights<Tensor>,
  { inputs, hidden, directions }: RecurrentSize,
): RoundedLstmWeights<Tensor> {
  const gates = 4 * hidden
  const steps = new Float32Array(directions * gates)
  const rounded = [w, r].map(({ shape }) => ({ type: 'int8' as const, shape: [directions, shape[2], gates] }))
  const data = rounded.map(({ shape }) => new Int8Array(shape[0] * shape[1] * shape[2]))
  for (let gate = 0; gate < directions * gates; gate++) {
    const parts = [
      (w.data as Float32Array).subarray(gate * inputs, (gate + 1) * inputs),
      (r.data as Float32Array).subarray(gate * hidden, (gate + 1) * hidden),
    ]
    let top = 0
    for (const part of parts) for (const value of part) top = Math.max(top, Math.abs(value))
    const step = top === 0 ? 1 : Math.fround(top / 127)
    steps[gate] = step
    const direction = Math.floor(gate / gates)
    parts.forEach((part, i) => {
      for (let k = 0; k < part.length; k++)
        data[i][(direction * part.length + k) * gates + (gate % gates)] = Math.max(
          -127,
          Math.min(127, Math.round(part[k] / step)),
        )
    })
  }
  return {
    w: { ...rounded[0], data: data[0] },
    r: { ...rounded[1], data: data[1] },
    b,
    steps: floatTensor([directions, gates], steps),
    zeros: { type: 'int8', shape: [directions, gates], data: new Int8Array(directions * gates) },
  }
}

/** As `fusedRecurrent`, of the states alone. */
export function roundedLstm(
  g: GraphBuilder,
  x: Value,
  { w, r, b, steps, zeros }: RoundedLstmWeights,
  lengths: Value,
  { hidden, directions }: RecurrentSize,
): Value {
  return g.inLayer('lstm', () => {
    const [states] = g.op(
      'DynamicQuantizeLSTM',
      [x, w, r, b, lengths, null, null, null, steps, zeros, steps, zeros],
      { hidden_size: hidden, direction: directions === 2 ? 'bidirectional' : 'forward' },
    )
    return joinedDirections(g, states, { hidden, directions })
  })
}
