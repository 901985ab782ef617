/**
 * The LSTM, one way or both ways (Hochreiter & Schmidhuber 1997; Gers et al. 2000; Graves & Schmidhuber 2005), forward
 * and backward pass.
 *
 * Feature-major: each step works on `[direction, feature, batch]`, so that the weights are the left operand of one
 * batched product for both directions, and each gate is a contiguous block of rows. Recurrent, input and bias weights
 * stand side by side in one matrix; a row of ones in the input carries the bias, and a row that flags padding closes
 * the input gates of the right-to-left direction, so that its state stays zero until the sentence's last token.
 */
import type { Random } from '../../base/random.js'
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

/**
 * Beyond this many rows, products are cut: ONNX Runtime's matrix product sweeps all rows of the left operand for each
 * piece of the right one, and beyond about two thousand they leave the cache (at 4,096 rows a third slower).
 */
const MANY_ROWS = 2048

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
 * weight decay off it (`undecayedColumns` of a parameter).
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

/** What the gradient of a step reads, each `[directions, hidden, batch]`, or `[time, directions, hidden, batch]`. */
interface Step {
  /** Gates after the sigmoid: i, f, o. */
  readonly gates: readonly [Value, Value, Value]
  /** tanh of the candidate's sum. */
  readonly candidate: Value
  /** f·c and i·candidate. */
  readonly kept: Value
  readonly added: Value
  readonly cellTanh: Value
}

/**
 * The derivatives of a step that don't depend on the gradient that comes in: of the state by the output gate's sum and
 * by the cell; of the cell by the sums of the input gate, the forget gate and the candidate, and by the cell before.
 */
function derivatives(g: GraphBuilder, { gates: [i, f, o], candidate, kept, added, cellTanh }: Step): Value[] {
  const one = g.constant(1)
  const state = g.mul(o, cellTanh)
  return [
    g.mul(state, g.sub(one, o)),
    g.sub(o, g.mul(state, cellTanh)),
    g.mul(added, g.sub(one, i)),
    g.mul(kept, g.sub(one, f)),
    g.sub(i, g.mul(added, candidate)),
    f,
  ]
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
    const weights = 4 * hidden > MANY_ROWS ? g.split(weight, [2 * hidden, 2 * hidden], 1) : [weight]
    const forward = g.scan(
      { name: 'forward', states: [zeros, zeros], sequences: inScanOrder(g, steps, directions) },
      (body, [h, c], slices) => {
        const hx = body.concat([h, bothDirections(body, slices)], 1)
        const [z3, zg] = body.split(gateSums(body, weights, hx), [3 * hidden, hidden], 1)
        const candidate = body.tanh(zg)
        const [i, f, o] = body.split(body.sigmoid(z3), [hidden, hidden, hidden], 1)
        const kept = body.mul(f, c)
        const added = body.mul(i, candidate)
        const cell = body.add(kept, added)
        const cellTanh = body.tanh(cell)
        const next = body.mul(o, cellTanh)
        const saved = derivatives(body, { gates: [i, f, o], candidate, kept, added, cellTanh })
        return {
          states: [next, cell],
          outputs: [hx, ...saved, ...toReadingOrder(body, next, directions)],
        }
      },
    )
    const [hx, ...rest] = forward.outputs
    const [saved, states] = [rest.slice(0, -directions), rest.slice(-directions)]
    const y = g.reshape(joinDirections(g, states), [0, directions * hidden, -1])
    const [output] = g.withGradient({
      inputs: [x, weight],
      outputs: [y],
      backward: (builder, [dY]) => {
        if (!dY) return [null, null]
        return backward(builder, { weight, zeros, hx, saved }, dY, size)
      },
    })
    return output
  })
}

/** The sums of all gates, `[directions, 4·hidden, batch]`; weights in one piece or in several, one below the other. */
function gateSums(body: GraphBuilder, weights: readonly Value[], hx: Value): Value {
  const sums = weights.map(weight => body.matMul(weight, hx))
  return sums.length === 1 ? sums[0] : body.concat(sums, 1)
}

interface Forward {
  readonly weight: Value
  readonly zeros: Value
  /** `[time, directions, hidden + inputs + 2, batch]`: state and input before each step, in scan order. */
  readonly hx: Value
  /** `derivatives` of all steps, in scan order. */
  readonly saved: readonly Value[]
}

function backward(g: GraphBuilder, pass: Forward, dY: Value, size: RecurrentSize): [Value, Value] {
  const { hidden, inputs, directions } = size
  const { weight, zeros, hx, saved } = pass
  const columns = hidden + inputs + EXTRA_ROWS
  const dStates = g.reshape(dY, [0, directions, hidden, -1])
  const transposed = g.transpose(weight, [0, 2, 1]) // [directions, columns, 4·hidden]
  const scan = g.scan(
    {
      name: 'backward',
      states: [zeros, zeros],
      sequences: [
        ...saved.map(value => ({ value, reverse: true })),
        ...inScanOrder(g, dStates, directions, { backwards: true }),
      ],
    },
    (body, [dh, dc], [ao, ac, ai, af, ag, forget, ...dys]) => {
      const dH = body.add(dh, bothDirections(body, dys))
      const dC = body.add(dc, body.mul(dH, ac))
      const dz = body.concat([body.mul(dC, ai), body.mul(dC, af), body.mul(dH, ao), body.mul(dC, ag)], 1)
      const [dhBefore, dx] = body.split(body.matMul(transposed, dz), [hidden, inputs, EXTRA_ROWS], 1)
      return {
        states: [dhBefore, body.mul(dC, forget)],
        outputs: [{ value: dz, reverse: true }, ...toReadingOrder(body, dx, directions, { backwards: true })],
      }
    },
  )
  const [dz, ...dInputs] = scan.outputs // dz: [time, directions, 4·hidden, batch], scan order
  const dzFlat = flatTokens(g, dz, directions, 4 * hidden)
  const hxFlat = flatTokens(g, hx, directions, columns)
  // Turned round, since a product is quicker with fewer rows on the left.
  const dWeight = g.transpose(g.matMul(hxFlat, dzFlat, { transB: true }), [0, 2, 1])
  const dBoth = directions === 1 ? dInputs[0] : g.add(dInputs[0], dInputs[1]) // [time, 1, inputs, batch]
  return [g.reshape(dBoth, [0, inputs, -1]), dWeight]
}
