/**
 * A bidirectional LSTM (Hochreiter & Schmidhuber 1997; Graves & Schmidhuber 2005), forward and backward pass.
 *
 * Feature-major: each step works on `[direction, feature, batch]`, so that the weights are the left operand of one
 * batched product for both directions, and each gate is a contiguous block of rows. Recurrent, input and bias weights
 * stand side by side in one matrix; a row of ones in the input carries the bias, and a row that flags padding closes
 * the input gates of the right-to-left direction, so that its state stays zero until the sentence's last token.
 * docs/engine.md tells why this is the fast way on ONNX Runtime.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

/** Rows that every input of a recurrent layer carries below its features: ones, and the padding flag. */
export const EXTRA_ROWS = 2

/** What closes the input gates at padding: σ(−10⁴) is exactly 0 in float32. */
export const PADDING_WEIGHT = -1e4

export interface BilstmSize {
  /** Features of the input, extra rows not counted. */
  readonly inputs: number
  /** Units a direction. */
  readonly hidden: number
}

/** Columns of the weight matrix: recurrent, input, bias, padding flag. */
export function bilstmWeightShape({ inputs, hidden }: BilstmSize): readonly [2, number, number] {
  return [2, 4 * hidden, hidden + inputs + EXTRA_ROWS]
}

interface Saved {
  /** `[time, 2, hidden + inputs + 2, batch]`: the recurrent input and the layer's input of each step, in scan order. */
  readonly hx: Value
  /** `[time, 2, 3·hidden, batch]`: gates i, f, o after the sigmoid. */
  readonly gates: Value
  /** All `[time, 2, hidden, batch]`: candidate, f·c, i·g, tanh of the cell. */
  readonly candidate: Value
  readonly kept: Value
  readonly added: Value
  readonly cellTanh: Value
}

/** What every recurrent layer of a graph needs besides its weights. */
export interface RecurrentContext {
  /** `[time, 2, batch]`: a row of ones and a row that is 1 at padding, else 0. */
  readonly extraRows: Value
  /** `[2, hidden, batch]` of zeros. */
  readonly zeros: Value
}

/**
 * @param x `[time, inputs, batch]`
 * @param weight `[2, 4·hidden, hidden + inputs + 2]`, gates in the order i, f, o, g
 * @returns `[time, 2·hidden, batch]`, left-to-right features first; at padding the values are without meaning
 */
export function bilstm(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  { extraRows, zeros }: RecurrentContext,
  size: BilstmSize,
): Value {
  return g.inLayer('bilstm', () => {
    const { hidden, inputs } = size
    const columns = hidden + inputs + EXTRA_ROWS
    const steps = g.unsqueeze(g.concat([x, extraRows], 1), [1]) // [time, 1, inputs + 2, batch]
    const forward = g.scan(
      {
        name: 'forward',
        states: [zeros, zeros],
        sequences: [{ value: steps }, { value: steps, reverse: true }],
      },
      (body, [h, c], [ahead, behind]) => {
        const hx = body.concat([h, body.concat([ahead, behind], 0)], 1)
        const z = body.matMul(weight, hx)
        const [z3, zg] = body.split(z, [3 * hidden, hidden], 1)
        const gates = body.sigmoid(z3)
        const candidate = body.tanh(zg)
        const [i, f, o] = body.split(gates, [hidden, hidden, hidden], 1)
        const kept = body.mul(f, c)
        const added = body.mul(i, candidate)
        const cell = body.add(kept, added)
        const cellTanh = body.tanh(cell)
        const next = body.mul(o, cellTanh)
        const [right, left] = body.split(next, [1, 1], 0)
        return {
          states: [next, cell],
          outputs: [hx, gates, candidate, kept, added, cellTanh, right, { value: left, reverse: true }],
        }
      },
    )
    const [hx, gates, candidate, kept, added, cellTanh, right, left] = forward.outputs
    const y = g.reshape(g.concat([right, left], 1), [0, 2 * hidden, -1])
    const saved: Saved = { hx, gates, candidate, kept, added, cellTanh }
    const [output] = g.withGradient({
      inputs: [x, weight],
      outputs: [y],
      backward: (builder, [dY]) => {
        if (!dY) return [null, null]
        return backward(builder, { weight, zeros, saved, columns }, dY, size)
      },
    })
    return output
  })
}

interface Forward {
  readonly weight: Value
  readonly zeros: Value
  readonly saved: Saved
  readonly columns: number
}

function backward(g: GraphBuilder, pass: Forward, dY: Value, { hidden, inputs }: BilstmSize): [Value, Value] {
  const { saved, weight, zeros, columns } = pass
  const [dRight, dLeft] = g.split(g.reshape(dY, [0, 2, hidden, -1]), [1, 1], 1) // [time, 1, hidden, batch]
  const one = g.constant(1)
  // Everything that does not depend on the recurrence, in bulk.
  const [closedI, closedF, closedO] = g.split(g.sub(one, saved.gates), [hidden, hidden, hidden], 2)
  const [i, f, o] = g.split(saved.gates, [hidden, hidden, hidden], 2)
  const aOutput = g.mul(g.mul(o, saved.cellTanh), closedO)
  const aCell = g.mul(o, g.sub(one, g.mul(saved.cellTanh, saved.cellTanh)))
  const aInput = g.mul(saved.added, closedI)
  const aForget = g.mul(saved.kept, closedF)
  const aCandidate = g.sub(i, g.mul(saved.added, saved.candidate))
  const transposed = g.transpose(weight, [0, 2, 1]) // [2, columns, 4·hidden]
  const [recurrent, input] = g.split(transposed, [hidden, inputs, columns - hidden - inputs], 1)
  const scan = g.scan(
    {
      name: 'backward',
      states: [zeros, zeros],
      sequences: [
        { value: dRight, reverse: true },
        { value: dLeft },
        ...[aOutput, aCell, aInput, aForget, aCandidate, f].map(value => ({ value, reverse: true })),
      ],
    },
    (body, [dh, dc], [dyRight, dyLeft, ao, ac, ai, af, ag, forget]) => {
      const dH = body.add(dh, body.concat([dyRight, dyLeft], 0))
      const dC = body.add(dc, body.mul(dH, ac))
      const dz = body.concat([body.mul(dC, ai), body.mul(dC, af), body.mul(dH, ao), body.mul(dC, ag)], 1)
      return {
        states: [body.matMul(recurrent, dz), body.mul(dC, forget)],
        outputs: [{ value: dz, reverse: true }],
      }
    },
  )
  const [dz] = scan.outputs // [time, 2, 4·hidden, batch], scan order
  const flat = (value: Value, rows: number) => g.reshape(g.transpose(value, [1, 2, 0, 3]), [2, rows, -1])
  const dWeight = g.matMul(flat(dz, 4 * hidden), flat(saved.hx, columns), { transB: true })
  const dBoth = g.matMul(input, dz) // [time, 2, inputs, batch], scan order
  return [inReadingOrder(g, dBoth, inputs), dWeight]
}

/** Adds both directions' input gradients, the second one turned round. */
function inReadingOrder(g: GraphBuilder, dBoth: Value, inputs: number): Value {
  const [right, left] = g.split(dBoth, [1, 1], 1)
  const turned = g.scan(
    { name: 'turn', states: [], sequences: [{ value: left, reverse: true }] },
    (body, _states, [slice]) => ({ states: [], outputs: [body.identity(slice)] }),
  ).outputs[0]
  return g.reshape(g.add(right, turned), [0, inputs, -1])
}
