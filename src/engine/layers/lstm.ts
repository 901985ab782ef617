/**
 * The LSTM, one way or both ways (Hochreiter & Schmidhuber 1997; Gers et al. 2000; Graves & Schmidhuber 2005), forward
 * and backward pass.
 *
 * Feature-major: each step works on `[direction, feature, batch]`, so that the weights are the left operand of one
 * batched product for both directions, and each gate is a contiguous block of rows. Recurrent, input and bias weights
 * stand side by side in one matrix; a row of ones in the input carries the bias, and a row that flags padding closes
 * the input gates of the right-to-left direction, so that its state stays zero until the sequence's last step.
 */
import type { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import type { LayerParameter } from './parameters.js'
import {
  bothDirections,
  EXTRA_ROWS,
  flatSteps,
  inScanOrder,
  joinDirections,
  PADDING_WEIGHT,
  type RecurrentContext,
  type RecurrentSize,
  recurrentParameter,
  toTimeOrder,
  uniform,
} from './recurrent.js'

/**
 * Products with more rows are cut in two: ONNX Runtime's matrix product sweeps all rows of the left operand for each
 * piece of the right one, and more than about two thousand don't fit in the cache (4,096 rows are a third slower).
 */
const MANY_ROWS = 2048

export interface LstmWeights<T = Value> {
  /** `[directions, 4·hidden, hidden + inputs + 2]`: gates i, f, o, g as row blocks; columns: recurrent, input, bias, padding flag. */
  readonly weight: T
}

/**
 * Uniform over ±1/√hidden as in PyTorch; biases are zero except the forget gate's, which is 1 (Jozefowicz et al. 2015);
 * the padding column is zero except for the input gates of the right-to-left direction. That column gets no gradient, and
 * weight decay leaves it alone.
 */
export function lstmParameters(size: RecurrentSize): LstmWeights<LayerParameter> {
  const { inputs, hidden, directions } = size
  const columns = hidden + inputs + EXTRA_ROWS
  const fill = (values: Float32Array, random: Random) => {
    for (let row = 0; row * columns < values.length; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns)
      const gate = Math.floor((row % (4 * hidden)) / hidden)
      uniform(own.subarray(0, hidden + inputs), hidden, random)
      own[hidden + inputs] = gate === 1 ? 1 : 0
      own[hidden + inputs + 1] = gate === 0 && row >= 4 * hidden ? PADDING_WEIGHT : 0
    }
  }
  return { weight: recurrentParameter([directions, 4 * hidden, columns], fill, EXTRA_ROWS) }
}

/**
 * The derivatives of a step that don't depend on the incoming gradient. In few operations, since each costs more for its
 * call than for its numbers.
 *
 * @param gates i, f, o after the sigmoid, below one another: `[directions, 3·hidden, batch]`; all others `[directions, hidden, batch]`
 * @param step tanh of the candidate's sum, f·c, i·candidate, tanh of the cell, and the state o·tanh of the cell
 * @returns those of the cell by the sums of input and forget gate, of the state by the output gate's sum, and of the cell by
 *   the candidate's, below one another as the gates are; of the state by the cell; of the cell by the cell before
 */
function derivatives(
  g: GraphBuilder,
  gates: Value,
  [i, f, o]: readonly Value[],
  {
    candidate,
    kept,
    added,
    cellTanh,
    state,
  }: Readonly<Record<'candidate' | 'kept' | 'added' | 'cellTanh' | 'state', Value>>,
): Value[] {
  const byGates = g.mul(g.concat([added, kept, state], 1), g.sub(g.constant(1), gates))
  const byCandidate = g.sub(i, g.mul(added, candidate))
  return [g.concat([byGates, byCandidate], 1), g.sub(o, g.mul(state, cellTanh)), f]
}

/**
 * @param x `[time, inputs, batch]`, time ≥ 1
 * @returns `[time, directions·hidden, batch]`, left-to-right features first; values at padding have no meaning, and no
 *   gradient may come back from there (multiply by a mask)
 * @example
 * const { shape } = lstmParameters(size).weight
 * const y = lstm(g, x, { weight: g.input('weight', 'float32', shape) }, { extraRows, zeros }, size)
 */
export function lstm(
  g: GraphBuilder,
  x: Value,
  { weight }: LstmWeights,
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
        const gates = body.sigmoid(z3)
        const [i, f, o] = body.split(gates, [hidden, hidden, hidden], 1)
        const kept = body.mul(f, c)
        const added = body.mul(i, candidate)
        const cell = body.add(kept, added)
        const cellTanh = body.tanh(cell)
        const state = body.mul(o, cellTanh)
        const saved = derivatives(body, gates, [i, f, o], { candidate, kept, added, cellTanh, state })
        return {
          states: [state, cell],
          outputs: [hx, ...saved, ...toTimeOrder(body, state, directions)],
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

/** The sums of all gates, `[directions, 4·hidden, batch]`; weights in one piece or in several below one another. */
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
    (body, [dh, dc], [bySums, byCell, forget, ...dys]) => {
      const dH = body.add(dh, bothDirections(body, dys))
      const dC = body.add(dc, body.mul(dH, byCell))
      const dz = body.mul(body.concat([dC, dC, dH, dC], 1), bySums)
      const [dhBefore, dx] = body.split(body.matMul(transposed, dz), [hidden, inputs, EXTRA_ROWS], 1)
      return {
        states: [dhBefore, body.mul(dC, forget)],
        outputs: [{ value: dz, reverse: true }, ...toTimeOrder(body, dx, directions, { backwards: true })],
      }
    },
  )
  const [dz, ...dInputs] = scan.outputs // dz: [time, directions, 4·hidden, batch], scan order
  const dzFlat = flatSteps(g, dz, directions, 4 * hidden)
  const hxFlat = flatSteps(g, hx, directions, columns)
  // A product of many rows is faster with fewer of them on the left, even if its result must be transposed.
  const dWeight =
    4 * hidden > MANY_ROWS
      ? g.transpose(g.matMul(hxFlat, dzFlat, { transB: true }), [0, 2, 1])
      : g.matMul(dzFlat, hxFlat, { transB: true })
  const dBoth = directions === 1 ? dInputs[0] : g.add(dInputs[0], dInputs[1]) // [time, 1, inputs, batch]
  return [g.reshape(dBoth, [0, inputs, -1]), dWeight]
}
