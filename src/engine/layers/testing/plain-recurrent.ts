/**
 * LSTM and GRU as the textbooks write them, one direction at a time and one product a gate, differentiated by the
 * engine: what the hand-derived layers are compared with. Padding is passed over by copying the state, not by weights.
 */
import type { GraphBuilder } from '../../graph/builder.js'
import type { Value } from '../../graph/value.js'
import type { GruWeights } from '../gru.js'
import type { LstmWeights } from '../lstm.js'
import type { RecurrentSize } from '../recurrent.js'

type Cell = (body: GraphBuilder, states: readonly Value[], x: Value) => readonly Value[]

interface Walk {
  readonly x: Value
  /** Boolean `[time, 1, batch]`, false at padding. */
  readonly mask: Value
  readonly zeros: Value
  readonly size: RecurrentSize
}

function walk(
  g: GraphBuilder,
  { x, mask, zeros, size }: Walk,
  states: number,
  cellOf: (d: number) => Cell,
): Value {
  const { directions } = size
  const outputs = Array.from({ length: directions }, (_, d) => {
    const reverse = d === 1
    const cell = cellOf(d)
    const zero = g.squeeze(g.slice(zeros, { axis: 0, start: d, end: d + 1 }), [0])
    const loop = g.scan(
      {
        states: Array.from({ length: states }, () => zero),
        sequences: [
          { value: x, reverse },
          { value: mask, reverse },
        ],
      },
      (body, before, [step, isInside]) => {
        const after = cell(body, before, step)
        const next = after.map((state, i) => body.where(isInside, state, before[i]))
        return { states: next, outputs: [{ value: next[0], reverse }] }
      },
    )
    return loop.outputs[0]
  })
  return outputs.length === 1 ? outputs[0] : g.concat(outputs, 1)
}

/** Rows and columns of one direction's matrix. */
function cut(
  g: GraphBuilder,
  weight: Value,
  d: number,
  rows: [number, number],
  columns: [number, number],
): Value {
  const one = g.squeeze(g.slice(weight, { axis: 0, start: d, end: d + 1 }), [0])
  const some = g.slice(one, { axis: 0, start: rows[0], end: rows[1] })
  return g.slice(some, { axis: 1, start: columns[0], end: columns[1] })
}

export function plainLstm(
  g: GraphBuilder,
  x: Value,
  { weight }: LstmWeights,
  mask: Value,
  zeros: Value,
  size: RecurrentSize,
): Value {
  const { hidden: H, inputs: I } = size
  return walk(g, { x, mask, zeros, size }, 2, d => {
    const gate = (k: number) => {
      const part = (from: number, to: number) => cut(g, weight, d, [k * H, (k + 1) * H], [from, to])
      const [recurrent, input, bias] = [part(0, H), part(H, H + I), part(H + I, H + I + 1)]
      return (body: GraphBuilder, h: Value, step: Value) =>
        body.add(body.add(body.matMul(recurrent, h), body.matMul(input, step)), bias)
    }
    const [i, f, o, u] = [0, 1, 2, 3].map(gate)
    return (body, [h, c], step) => {
      const kept = body.mul(body.sigmoid(f(body, h, step)), c)
      const cell = body.add(kept, body.mul(body.sigmoid(i(body, h, step)), body.tanh(u(body, h, step))))
      return [body.mul(body.sigmoid(o(body, h, step)), body.tanh(cell)), cell]
    }
  })
}

export function plainGru(
  g: GraphBuilder,
  x: Value,
  weights: GruWeights,
  mask: Value,
  zeros: Value,
  size: RecurrentSize,
): Value {
  const { hidden: H, inputs: I } = size
  return walk(g, { x, mask, zeros, size }, 1, d => {
    const rows = (k: number): [number, number] => [k * H, (k + 1) * H]
    const gate = (k: number) => {
      const input = cut(g, weights.input, d, rows(k), [0, I])
      const bias = cut(g, weights.input, d, rows(k), [I, I + 1])
      const recurrent = cut(g, weights.recurrent, d, rows(k), [0, H])
      return {
        fromInput: (body: GraphBuilder, step: Value) => body.add(body.matMul(input, step), bias),
        fromState: (body: GraphBuilder, h: Value) => body.matMul(recurrent, h),
      }
    }
    const [r, z, n] = [0, 1, 2].map(gate)
    const candidateBias = cut(g, weights.candidateBias, d, [0, H], [0, 1])
    return (body, [h], step) => {
      const reset = body.sigmoid(body.add(r.fromInput(body, step), r.fromState(body, h)))
      const update = body.sigmoid(body.add(z.fromInput(body, step), z.fromState(body, h)))
      const recalled = body.mul(reset, body.add(n.fromState(body, h), candidateBias))
      const candidate = body.tanh(body.add(n.fromInput(body, step), recalled))
      return [body.add(body.mul(body.sub(1, update), candidate), body.mul(update, h))]
    }
  })
}
