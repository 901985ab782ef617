/**
 * Additive attention (Bahdanau, Cho & Bengio 2015) of an encoder's states over one another: the score of a query and a
 * key is vᵀ·tanh(Wq·q + Wk·k + b), with a projection for each side; the weighted mean is of the states themselves.
 *
 * All pairs go through tanh: batch · time² · units numbers, forward and once more backward. They are computed query by
 * query in a loop, and again in the backward pass, so that memory holds `[batch, time, units]` at a time instead of
 * `[batch, time, time, units]`, and only the scores `[batch, time, time]` are kept.
 */
import type { GraphBuilder } from '../graph/builder.js'
import { zerosLike } from '../graph/gradient-rules.js'
import type { Value } from '../graph/value.js'
import type { Attended, AttentionOptions } from './attention.js'
import { linearLast } from './linear.js'
import { bias, type LayerParameter, matrix } from './parameters.js'

export interface AdditiveWeights<T = Value> {
  /** `[inputs, units]` */
  readonly query: T
  /** `[inputs, units]` */
  readonly key: T
  /** `[units]`, of the sum of the two */
  readonly bias: T
  /** `[units, 1]` */
  readonly score: T
}

/**
 * @param inputs features of a state
 * @param units features in which queries and keys are compared
 */
export function additiveParameters(inputs: number, units: number): AdditiveWeights<LayerParameter> {
  return {
    query: matrix([inputs, units]),
    key: matrix([inputs, units]),
    bias: bias([units]),
    score: matrix([units, 1]),
  }
}

/**
 * @param states `[batch, time, inputs]`, time ≥ 1
 * @returns output `[batch, time, inputs]`, weights `[batch, 1, time, time]`; the output at padding has no meaning, and no
 *   gradient may come back from there
 * @example
 * const { output } = additiveAttention(g, states, parameters, { keyBias: toKeyBias(g, mask) })
 */
export function additiveAttention(
  g: GraphBuilder,
  states: Value,
  { query, key, bias, score }: AdditiveWeights,
  { keyBias, dropout = null }: AttentionOptions,
): Attended {
  return g.inLayer('additive-attention', () => {
    const queries = linearLast(g, states, query, bias)
    const keys = linearLast(g, states, key, null)
    const scores = g.unsqueeze(pairScores(g, queries, keys, score), [1])
    const weights = g.softmax(keyBias ? g.add(scores, keyBias) : scores)
    const kept = g.squeeze(dropout ? g.mul(weights, dropout) : weights, [1])
    return { output: g.matMul(kept, states), weights }
  })
}

/**
 * Every query with every key: tanh(q + k)·v.
 *
 * @param queries `[batch, time, units]`
 * @param keys as queries
 * @param score `[units, 1]`
 * @returns `[batch, time, time]`, queries first
 */
function pairScores(g: GraphBuilder, queries: Value, keys: Value, score: Value): Value {
  // [time, batch, 1, units]
  const oneByOne = g.unsqueeze(g.transpose(queries, [1, 0, 2]), [2])
  const loop = g.scan({ name: 'pairs', states: [], sequences: [{ value: oneByOne }] }, (body, _, [one]) => ({
    states: [],
    outputs: [body.matMul(body.tanh(body.add(one, keys)), score)],
  }))
  const scores = g.transpose(g.squeeze(loop.outputs[0], [3]), [1, 0, 2])
  const [differentiable] = g.withGradient({
    inputs: [queries, keys, score],
    outputs: [scores],
    backward: (b, [dScores]) => {
      if (!dScores) return [null, null, null]
      const slopes = b.unsqueeze(b.transpose(dScores, [1, 0, 2]), [3]) // [time, batch, time, 1]
      const row = b.transpose(score, [1, 0])
      const back = b.scan(
        {
          name: 'pairs-backward',
          states: [zerosLike(b, keys), zerosLike(b, score)],
          sequences: [{ value: oneByOne }, { value: slopes }],
        },
        (body, [dKeys, dScore], [one, slope]) => {
          const pairs = body.tanh(body.add(one, keys))
          const steep = body.mul(body.sub(1, body.mul(pairs, pairs)), body.mul(slope, row))
          const flat = (value: Value) => body.flatten(value, 2)
          return {
            states: [
              body.add(dKeys, steep),
              body.add(dScore, body.matMul(flat(pairs), flat(slope), { transA: true })),
            ],
            outputs: [body.reduceSum(steep, [1])],
          }
        },
      )
      return [b.transpose(back.outputs[0], [1, 0, 2]), back.states[0], back.states[1]]
    },
  })
  return differentiable
}
