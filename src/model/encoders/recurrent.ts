import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../graph/builder.js'
import type { Value } from '../../graph/value.js'
import type { FusedWeights, StoredTensor } from '../../layers/fused.js'
import { fusedGru, toFusedGru } from '../../layers/fused-gru.js'
import { fusedLstm, toFusedLstm } from '../../layers/fused-lstm.js'
import { fillGruWeights, gru, gruWeightShapes } from '../../layers/gru.js'
import { fillLstmWeight, lstm, lstmWeightShape } from '../../layers/lstm.js'
import { type RecurrentContext, type RecurrentSize, stackSizes } from '../../layers/recurrent.js'
import type { ParameterSpec } from '../parameter-store.js'
import type { BlockPlace, CreateBlock, InferenceContext } from './encoder-block.js'

type RecurrentSettings = Omit<EncoderBlockConfig<'lstm' | 'bilstm' | 'gru' | 'bigru'>, 'kind'>

/** What tells an LSTM from a GRU: its parameters, and the layer in training and in inference. */
interface Cell {
  parameters(name: string, size: RecurrentSize): readonly ParameterSpec[]
  train(
    g: GraphBuilder,
    x: Value,
    weight: (name: string) => Value,
    place: { readonly name: string; readonly size: RecurrentSize; readonly context: RecurrentContext },
  ): Value
  fused(value: (name: string) => Float32Array, name: string, size: RecurrentSize): FusedWeights<StoredTensor>
  infer(g: GraphBuilder, x: Value, weights: FusedWeights, lengths: Value, size: RecurrentSize): Value
}

/** Weights hold biases and the padding column, which no decay may touch. */
const GROUP = 'recurrent'

const LSTM: Cell = {
  parameters: (name, size) => [
    {
      name: `${name}.weight`,
      shape: lstmWeightShape(size),
      initial: { kind: 'fill', fill: (values, random) => fillLstmWeight(values, size, random) },
      group: GROUP,
    },
  ],
  train: (g, x, weight, { name, size, context }) => lstm(g, x, weight(`${name}.weight`), context, size),
  fused: (value, name, size) => toFusedLstm(value(`${name}.weight`), size),
  infer: fusedLstm,
}

const GRU: Cell = {
  parameters: (name, size) => {
    const shapes = gruWeightShapes(size)
    const empty = new Float32Array(0)
    const none = { input: empty, recurrent: empty, candidateBias: empty }
    return (['input', 'recurrent', 'candidateBias'] as const).map(part => ({
      name: `${name}.${part}`,
      shape: shapes[part],
      initial: {
        kind: 'fill',
        fill: (values, random) => fillGruWeights({ ...none, [part]: values }, size, random),
      },
      group: GROUP,
    }))
  },
  train: (g, x, weight, { name, size, context }) =>
    gru(
      g,
      x,
      {
        input: weight(`${name}.input`),
        recurrent: weight(`${name}.recurrent`),
        candidateBias: weight(`${name}.candidateBias`),
      },
      context,
      size,
    ),
  fused: (value, name, size) =>
    toFusedGru(
      {
        input: value(`${name}.input`),
        recurrent: value(`${name}.recurrent`),
        candidateBias: value(`${name}.candidateBias`),
      },
      size,
    ),
  infer: fusedGru,
}

export const createLstm = createRecurrent(LSTM, 1)
export const createBilstm = createRecurrent(LSTM, 2)
export const createGru = createRecurrent(GRU, 1)
export const createBigru = createRecurrent(GRU, 2)

function createRecurrent(cell: Cell, directions: 1 | 2): CreateBlock<RecurrentSettings> {
  return ({ hidden, layers, dropout, variational }, { name, inputs }: BlockPlace) => {
    const sizes = stackSizes({ inputs, hidden, directions }, layers)
    const layerName = (layer: number) => `${name}.${layer}`
    return {
      width: directions * hidden,
      parameters: sizes.flatMap((size, layer) => cell.parameters(layerName(layer), size)),
      train: (g, x, context) =>
        sizes.reduce((y, size, layer) => {
          const { extraRows } = context
          const own = { extraRows, zeros: context.zeros(directions, hidden) }
          const place = { name: layerName(layer), size, context: own }
          const states = cell.train(g, y, weight => context.weight(weight), place)
          return context.dropout(states, dropout, { variational })
        }, x),
      infer: (g, x, context) =>
        sizes.reduce((y, size, layer) => {
          const own = layerName(layer)
          const weights = storedWeights(
            cell.fused(parameter => context.value(parameter), own, size),
            own,
            context,
          )
          return cell.infer(g, y, weights, context.lengths, size)
        }, x),
    }
  }
}

function storedWeights(
  { w, r, b }: FusedWeights<StoredTensor>,
  name: string,
  context: InferenceContext,
): FusedWeights {
  const stored = (part: string, { shape, data }: StoredTensor) =>
    context.stored(`${name}.${part}`, { type: 'float32', shape, data })
  return { w: stored('w', w), r: stored('r', r), b: stored('b', b) }
}
