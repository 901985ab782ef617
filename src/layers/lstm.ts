/**
 * The LSTM, one way or both ways (Hochreiter & Schmidhuber 1997; Gers et al. 2000; Graves & Schmidhuber 2005), forward
 * and backward pass.
 *
 * Feature-major: each step works on `[direction, feature, batch]`, so that the weights are the left operand of one
 * batched product for both directions, and each gate is a contiguous block of rows. Recurrent, input and bias weights
 * stand side by side in one matrix; a row of ones in the input carries the bias, and a row that flags padding closes
 * the input gates of the right-to-left direction, so that its state stays zero until the sentence's last token.
 */
import type { Random } from '../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import {
  bothDirections,
  EXTRA_ROWS,
  flatTokens,
  inScanOrder,
  joinDirections,
  PADDING_WEIGHT,
  type RecurrentContext,
  type RecurrentSize,
  toReadingOrder,
} from './recurrent.js'

/** Gates i, f, o, g as row blocks; columns: recurrent, input, bias, padding flag. */
export function lstmWeightShape({
  inputs,
  hidden,
  directions,
}: RecurrentSize): readonly [1 | 2, number, number] {
  return [directions, 4 * hidden, hidden + inputs + EXTRA_ROWS]
}

/**
 * Uniform over ±1/√hidden as in PyTorch; biases zero but the forget gate's, which is 1 (Jozefowicz et al. 2015);
 * the padding column zero but for the input gates of the right-to-left direction. That column gets no gradient: keep
 * weight decay off it.
 */
export function fillLstmWeight(
  values: Float32Array,
  { inputs, hidden }: RecurrentSize,
  random: Random,
): void {
  const bound = 1 / Math.sqrt(hidden)
  const columns = hidden + inputs + EXTRA_ROWS
  const bias = hidden + inputs
  const padding = bias + 1
  for (let row = 0; row * columns < values.length; row++) {
    const at = row * columns
    for (let column = 0; column < bias; column++) values[at + column] = (random.float() * 2 - 1) * bound
    const gate = Math.floor((row % (4 * hidden)) / hidden)
    values[at + bias] = gate === 1 ? 1 : 0
    values[at + padding] = gate === 0 && row >= 4 * hidden ? PADDING_WEIGHT : 0
  }
}

interface Saved {
  /** `[time, directions, hidden + inputs + 2, batch]`: the recurrent input and the layer's input of each step. */
  readonly hx: Value
  /** `[time, directions, 3·hidden, batch]`: gates i, f, o after the sigmoid. */
  readonly gates: Value
  /** All `[time, directions, hidden, batch]`: candidate, f·c, i·g, tanh of the cell. All of these in scan order. */
  readonly candidate: Value
  readonly kept: Value
  readonly added: Value
  readonly cellTanh: Value
}

/**
 * @param x `[time, inputs, batch]`, time ≥ 1
 * @param weight as `lstmWeightShape` and `fillLstmWeight` say
 * @returns `[time, directions·hidden, batch]`, left-to-right features first; at padding the values are without
 *   meaning, and no gradient may come back from there (multiply by a mask)
 * @example
 * const y = lstm(g, x, g.input('weight', 'float32', lstmWeightShape(size)), { extraRows, zeros }, size)
 */
export function lstm(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  { extraRows, zeros }: RecurrentContext,
  size: RecurrentSize,
): Value {
  const { hidden, directions } = size
  return g.inLayer(directions === 2 ? 'bilstm' : 'lstm', () => {
    const steps = g.unsqueeze(g.concat([x, extraRows], 1), [1]) // [time, 1, inputs + 2, batch]
    const forward = g.scan(
      { name: 'forward', states: [zeros, zeros], sequences: inScanOrder(g, steps, directions) },
      (body, [h, c], slices) => {
        const hx = body.concat([h, bothDirections(body, slices)], 1)
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
        return {
          states: [next, cell],
          outputs: [
            ...[hx, gates, candidate, kept, added, cellTanh],
            ...toReadingOrder(body, next, directions),
          ],
        }
      },
    )
    const [hx, gates, candidate, kept, added, cellTanh, ...states] = forward.outputs
    const y = g.reshape(joinDirections(g, states), [0, directions * hidden, -1])
    const saved: Saved = { hx, gates, candidate, kept, added, cellTanh }
    const [output] = g.withGradient({
      inputs: [x, weight],
      outputs: [y],
      backward: (builder, [dY]) => {
        if (!dY) return [null, null]
        return backward(builder, { weight, zeros, saved }, dY, size)
      },
    })
    return output
  })
}

interface Forward {
  readonly weight: Value
  readonly zeros: Value
  readonly saved: Saved
}

function backward(g: GraphBuilder, pass: Forward, dY: Value, size: RecurrentSize): [Value, Value] {
  const { hidden, inputs, directions } = size
  const { saved, weight, zeros } = pass
  const columns = hidden + inputs + EXTRA_ROWS
  const dStates = g.reshape(dY, [0, directions, hidden, -1])
  const one = g.constant(1)
  // Everything that does not depend on the recurrence, in bulk.
  const [closedI, closedF, closedO] = g.split(g.sub(one, saved.gates), [hidden, hidden, hidden], 2)
  const [i, f, o] = g.split(saved.gates, [hidden, hidden, hidden], 2)
  const aOutput = g.mul(g.mul(o, saved.cellTanh), closedO)
  const aCell = g.mul(o, g.sub(one, g.mul(saved.cellTanh, saved.cellTanh)))
  const aInput = g.mul(saved.added, closedI)
  const aForget = g.mul(saved.kept, closedF)
  const aCandidate = g.sub(i, g.mul(saved.added, saved.candidate))
  const transposed = g.transpose(weight, [0, 2, 1]) // [directions, columns, 4·hidden]
  const [recurrent, input] = g.split(transposed, [hidden, inputs, EXTRA_ROWS], 1)
  const scan = g.scan(
    {
      name: 'backward',
      states: [zeros, zeros],
      sequences: [
        ...[aOutput, aCell, aInput, aForget, aCandidate, f].map(value => ({ value, reverse: true })),
        ...inScanOrder(g, dStates, directions, { backwards: true }),
      ],
    },
    (body, [dh, dc], [ao, ac, ai, af, ag, forget, ...dys]) => {
      const dH = body.add(dh, bothDirections(body, dys))
      const dC = body.add(dc, body.mul(dH, ac))
      const dz = body.concat([body.mul(dC, ai), body.mul(dC, af), body.mul(dH, ao), body.mul(dC, ag)], 1)
      return {
        states: [body.matMul(recurrent, dz), body.mul(dC, forget)],
        outputs: [{ value: dz, reverse: true }],
      }
    },
  )
  const [dz] = scan.outputs // [time, directions, 4·hidden, batch], scan order
  const dzFlat = flatTokens(g, dz, directions, 4 * hidden)
  const dWeight = g.matMul(dzFlat, flatTokens(g, saved.hx, directions, columns), { transB: true })
  const dBoth = g.matMul(input, dz) // [time, directions, inputs, batch], scan order
  return [inReadingOrder(g, dBoth, size), dWeight]
}

/** Adds the directions' input gradients, the second one turned round. */
function inReadingOrder(g: GraphBuilder, dBoth: Value, { inputs, directions }: RecurrentSize): Value {
  if (directions === 1) return g.reshape(dBoth, [0, inputs, -1])
  const [right, left] = g.split(dBoth, [1, 1], 1)
  const turned = g.scan(
    { name: 'turn', states: [], sequences: [{ value: left, reverse: true }] },
    (body, _states, [slice]) => ({ states: [], outputs: [body.identity(slice)] }),
  ).outputs[0]
  return g.reshape(g.add(right, turned), [0, inputs, -1])
}
