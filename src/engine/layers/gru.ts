/**
 * The GRU, one way or both ways (Cho et al. 2014, in the form of cuDNN, PyTorch and Keras' `reset_after`: the reset
 * gate acts on the recurrent product, not on the state, so that one product per step is enough), forward and backward
 * pass:
 *
 *     r = σ(W_r·x + R_r·h)    z = σ(W_z·x + R_z·h)    n = tanh(W_n·x + r∘(R_n·h + b))    h' = n + z∘(h − n)
 *
 * Feature-major, as the LSTM. The input's products are computed for all steps at once; a row of ones in the input carries
 * their bias, and a row that flags padding opens the update gates z of the right-to-left direction, so that its state
 * stays zero until the sequence's last step.
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

export interface GruWeights<T = Value> {
  /** `[directions, 3·hidden, inputs + 2]`: gates r, z, n as row blocks; columns: input, bias, padding flag. */
  readonly input: T
  /** `[directions, 3·hidden, hidden]` */
  readonly recurrent: T
  /** `[directions, hidden, 1]`: the bias that the reset gate acts on. */
  readonly candidateBias: T
}

/**
 * Uniform over ±1/√hidden as in PyTorch, biases zero; the padding column is zero except for the update gates of the
 * right-to-left direction. That column gets no gradient, and weight decay leaves it and the biases alone.
 */
export function gruParameters({ inputs, hidden, directions }: RecurrentSize): GruWeights<LayerParameter> {
  const columns = inputs + EXTRA_ROWS
  const fillInput = (values: Float32Array, random: Random) => {
    for (let row = 0; row * columns < values.length; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns)
      const gate = Math.floor((row % (3 * hidden)) / hidden)
      uniform(own.subarray(0, inputs), hidden, random)
      own[inputs] = 0
      own[inputs + 1] = gate === 1 && row >= 3 * hidden ? -PADDING_WEIGHT : 0
    }
  }
  return {
    input: recurrentParameter([directions, 3 * hidden, columns], fillInput, EXTRA_ROWS),
    recurrent: recurrentParameter([directions, 3 * hidden, hidden], (values, random) =>
      uniform(values, hidden, random),
    ),
    candidateBias: recurrentParameter([directions, hidden, 1], values => values.fill(0), 1),
  }
}

interface Forward {
  readonly weights: GruWeights
  readonly zeros: Value
  /** `[time, 1, inputs + 2, batch]`, time order. */
  readonly steps: Value
  /** `[time, directions, 2·hidden, batch]`: gates r, z after the sigmoid; scan order, as are those below. */
  readonly gates: Value
  /** All `[time, directions, hidden, batch]`: n, R_n·h + b, h − n. */
  readonly candidate: Value
  readonly recalled: Value
  readonly gap: Value
  /** `[time, directions, hidden, batch]`: the state before each step; time order. */
  readonly before: Value
}

/**
 * @param x `[time, inputs, batch]`, time ≥ 1
 * @returns `[time, directions·hidden, batch]`, left-to-right features first; values at padding have no meaning, and no
 *   gradient may come back from there (multiply by a mask)
 */
export function gru(
  g: GraphBuilder,
  x: Value,
  weights: GruWeights,
  { extraRows, zeros }: RecurrentContext,
  size: RecurrentSize,
): Value {
  const { hidden, directions } = size
  return g.inLayer(directions === 2 ? 'bigru' : 'gru', () => {
    const { input, recurrent, candidateBias } = weights
    const steps = g.unsqueeze(g.concat([x, extraRows], 1), [1])
    const fromInput = g.matMul(input, steps) // [time, directions, 3·hidden, batch]
    const forward = g.scan(
      { name: 'forward', states: [zeros], sequences: inScanOrder(g, fromInput, directions) },
      (body, [h], slices) => {
        const [xGates, xCandidate] = body.split(bothDirections(body, slices), [2 * hidden, hidden], 1)
        const [hGates, hCandidate] = body.split(body.matMul(recurrent, h), [2 * hidden, hidden], 1)
        const gates = body.sigmoid(body.add(xGates, hGates))
        const [r, z] = body.split(gates, [hidden, hidden], 1)
        const recalled = body.add(hCandidate, candidateBias)
        const candidate = body.tanh(body.add(xCandidate, body.mul(r, recalled)))
        const gap = body.sub(h, candidate)
        const next = body.add(candidate, body.mul(z, gap))
        return {
          states: [next],
          outputs: [
            ...[gates, candidate, recalled, gap],
            ...toTimeOrder(body, next, directions),
            ...toTimeOrder(body, h, directions),
          ],
        }
      },
    )
    const [gates, candidate, recalled, gap, ...states] = forward.outputs
    const y = g.reshape(joinDirections(g, states.slice(0, directions)), [0, directions * hidden, -1])
    const before = joinDirections(g, states.slice(directions))
    const pass: Forward = { weights, zeros, steps, gates, candidate, recalled, gap, before }
    const [output] = g.withGradient({
      inputs: [x, input, recurrent, candidateBias],
      outputs: [y],
      backward: (builder, [dY]) => {
        if (!dY) return [null, null, null, null]
        return backward(builder, pass, dY, size)
      },
    })
    return output
  })
}

/** Gradients of x, the input, the recurrent weights and the candidate's bias. */
function backward(g: GraphBuilder, pass: Forward, dY: Value, size: RecurrentSize): Value[] {
  const { hidden, inputs, directions } = size
  const { weights, zeros, steps, gates, candidate, recalled, gap, before } = pass
  const dStates = g.reshape(dY, [0, directions, hidden, -1])
  const one = g.constant(1)
  // The factors from the state's gradient to each sum's, for all steps at once.
  const [closedR, closedZ] = g.split(g.sub(one, gates), [hidden, hidden], 2)
  const [r, z] = g.split(gates, [hidden, hidden], 2)
  const aCandidate = g.mul(closedZ, g.sub(one, g.mul(candidate, candidate)))
  const aRecalled = g.mul(aCandidate, r)
  const aReset = g.mul(g.mul(aRecalled, recalled), closedR)
  const aUpdate = g.mul(g.mul(gap, z), closedZ)
  const recurrentT = g.transpose(weights.recurrent, [0, 2, 1])
  const scan = g.scan(
    {
      name: 'backward',
      states: [zeros],
      sequences: [
        ...[aReset, aUpdate, aCandidate, aRecalled, z].map(value => ({ value, reverse: true })),
        ...inScanOrder(g, dStates, directions, { backwards: true }),
      ],
    },
    (body, [dh], [ar, au, an, ac, update, ...dys]) => {
      const dH = body.add(dh, bothDirections(body, dys))
      const dReset = body.mul(dH, ar)
      const dUpdate = body.mul(dH, au)
      const dRecalled = body.mul(dH, ac)
      const dFromState = body.concat([dReset, dUpdate, dRecalled], 1)
      const dFromInput = body.concat([dReset, dUpdate, body.mul(dH, an)], 1)
      const output = (value: Value) => toTimeOrder(body, value, directions, { backwards: true })
      return {
        states: [body.add(body.mul(dH, update), body.matMul(recurrentT, dFromState))],
        outputs: [...output(dFromInput), ...output(dRecalled)],
      }
    },
  )
  const dFromInput = joinDirections(g, scan.outputs.slice(0, directions)) // time order, as dRecalled
  const dRecalled = joinDirections(g, scan.outputs.slice(directions))
  const inputFlat = flatSteps(g, dFromInput, directions, 3 * hidden)
  const recalledFlat = flatSteps(g, dRecalled, directions, hidden)
  const stateFlat = g.concat([g.slice(inputFlat, { axis: 1, start: 0, end: 2 * hidden }), recalledFlat], 1)
  const stepsFlat = flatSteps(g, steps, 1, inputs + EXTRA_ROWS)
  const inputT = g.transpose(g.slice(weights.input, { axis: 2, start: 0, end: inputs }), [0, 2, 1])
  const dBoth = g.matMul(inputT, dFromInput) // [time, directions, inputs, batch]
  return [
    directions === 1 ? g.reshape(dBoth, [0, inputs, -1]) : g.reduceSum(dBoth, [1]),
    g.matMul(inputFlat, stepsFlat, { transB: true }),
    g.matMul(stateFlat, flatSteps(g, before, directions, hidden), { transB: true }),
    g.reduceSum(recalledFlat, [2], { keepDims: true }),
  ]
}
