import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { Value } from '../../engine/graph/value.js'
import {
  type FusedWeights,
  fusedRecurrent,
  fusedValues,
  toFusedGru,
  toFusedLstm,
} from '../../engine/layers/fused.js'
import { gru, gruParameters } from '../../engine/layers/gru.js'
import { lstm, lstmParameters } from '../../engine/layers/lstm.js'
import { parameterSpecs, type Weights, weightsOf } from '../../engine/layers/parameters.js'
import {
  type RecurrentLayer,
  type RecurrentSize,
  stacked,
  stackSizes,
} from '../../engine/layers/recurrent.js'
import { roundedLstm, toRoundedLstm } from '../../engine/layers/rounded-lstm.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import type { CreateBlock } from './encoder-block.js'

type RecurrentSettings = Omit<EncoderBlockConfig<'lstm' | 'bilstm' | 'gru' | 'bigru'>, 'kind'>

/** What distinguishes an LSTM from a GRU. */
interface Cell<Parts extends object> {
  readonly kind: 'lstm' | 'gru'
  parameters(size: RecurrentSize): Parts
  readonly layer: RecurrentLayer<Weights<Parts, Value>>
  toFused(weights: Weights<Parts, Float32Array>, size: RecurrentSize): FusedWeights<Tensor>
}

const LSTM: Cell<ReturnType<typeof lstmParameters>> = {
  ...{ kind: 'lstm', parameters: lstmParameters },
  ...{ layer: lstm, toFused: toFusedLstm },
}
const GRU: Cell<ReturnType<typeof gruParameters>> = {
  ...{ kind: 'gru', parameters: gruParameters },
  ...{ layer: gru, toFused: toFusedGru },
}

export const createLstm = createRecurrent(LSTM, 1)
export const createBilstm = createRecurrent(LSTM, 2)
export const createGru = createRecurrent(GRU, 1)
export const createBigru = createRecurrent(GRU, 2)

function createRecurrent<Parts extends object>(
  { kind, parameters, layer, toFused }: Cell<Parts>,
  directions: 1 | 2,
): CreateBlock<RecurrentSettings> {
  return ({ hidden, layers, dropout, variational }, { name, inputs }) => {
    const first: RecurrentSize = { inputs, hidden, directions }
    const all = stackSizes(first, layers).map((size, at) => ({
      ...{ size, own: `${name}.${at}` },
      parts: parameters(size),
    }))
    return {
      width: directions * hidden,
      parameters: all.flatMap(({ own, parts }) => parameterSpecs(own, parts)),
      ...(kind === 'lstm' && {
        canRound: all.flatMap(({ own, parts }) => parameterSpecs(own, parts)).map(({ name }) => name),
      }),
      train: (g, x, context) => {
        const weights = all.map(({ own, parts }) => weightsOf(own, parts, part => context.weight(part)))
        const shared = { extraRows: context.extraRows, zeros: context.zeros(directions, hidden) }
        return stacked(g, layer, x, weights, shared, first, states =>
          context.dropout(states, dropout, { variational }),
        )
      },
      infer: (g, x, context) =>
        all.reduce((y, { size, own, parts }) => {
          const trained = weightsOf(own, parts, part => context.value(part))
          const fused = toFused(trained, size)
          const stored = (part: string, tensor: Tensor) => context.stored(`${own}.${part}`, tensor)
          if (context.isRounded && kind === 'lstm') {
            const { w, r, b, steps, zeros } = toRoundedLstm(fused, size)
            const rounded = {
              ...{ w: stored('w', w), r: stored('r', r), b: stored('b', b) },
              ...{ steps: stored('steps', steps), zeros: stored('zeros', zeros) },
            }
            return roundedLstm(g, y, rounded, context.lengths, size)
          }
          const weights = fusedValues(fused, stored)
          return fusedRecurrent(g, kind, y, weights, context.lengths, size).states
        }, x),
    }
  }
}
