import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import type { Value } from '../../engine/graph/value.js'
import type { FusedWeights, StoredTensor } from '../../engine/layers/fused.js'
import { fusedGru, toFusedGru } from '../../engine/layers/fused-gru.js'
import { fusedLstm, toFusedLstm } from '../../engine/layers/fused-lstm.js'
import { fillGruWeights, type GruWeights, gru, gruWeightShapes } from '../../engine/layers/gru.js'
import { fillLstmWeight, lstm, lstmWeightShape } from '../../engine/layers/lstm.js'
import {
  EXTRA_ROWS,
  type RecurrentLayer,
  type RecurrentSize,
  stacked,
  stackSizes,
} from '../../engine/layers/recurrent.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import type { BlockPlace, CreateBlock, InferenceContext } from './encoder-block.js'

type RecurrentSettings = Omit<EncoderBlockConfig<'lstm' | 'bilstm' | 'gru' | 'bigru'>, 'kind'>

/** What tells an LSTM from a GRU: its parameters, and the layer in training and in inference. */
interface Cell<Weights> {
  parameters(name: string, size: RecurrentSize): readonly ParameterSpec[]
  weights(get: (name: string) => Value, name: string): Weights
  readonly layer: RecurrentLayer<Weights>
  fused(value: (name: string) => Float32Array, name: string, size: RecurrentSize): FusedWeights<StoredTensor>
  infer(g: GraphBuilder, x: Value, weights: FusedWeights, lengths: Value, size: RecurrentSize): Value
}

const GROUP = 'recurrent'

const LSTM: Cell<Value> = {
  parameters: (name, size) => [
    {
      name: `${name}.weight`,
      shape: lstmWeightShape(size),
      initial: { kind: 'fill', fill: (values, random) => fillLstmWeight(values, size, random) },
      group: GROUP,
      // The bias and the padding column.
      undecayedColumns: EXTRA_ROWS,
    },
  ],
  weights: lstmWeight,
  layer: lstm,
  fused: (value, name, size) => toFusedLstm(lstmWeight(value, name), size),
  infer: fusedLstm,
}

const GRU_UNDECAYED: GruWeights<number> = { input: EXTRA_ROWS, recurrent: 0, candidateBias: 1 }

const GRU: Cell<GruWeights> = {
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
      undecayedColumns: GRU_UNDECAYED[part],
    }))
  },
  weights: gruWeights,
  layer: gru,
  fused: (value, name, size) => toFusedGru(gruWeights(value, name), size),
  infer: fusedGru,
}

function lstmWeight<T>(get: (name: string) => T, name: string): T {
  return get(`${name}.weight`)
}

function gruWeights<T>(get: (name: string) => T, name: string): GruWeights<T> {
  return {
    input: get(`${name}.input`),
    recurrent: get(`${name}.recurrent`),
    candidateBias: get(`${name}.candidateBias`),
  }
}

export const createLstm = createRecurrent(LSTM, 1)
export const createBilstm = createRecurrent(LSTM, 2)
export const createGru = createRecurrent(GRU, 1)
export const createBigru = createRecurrent(GRU, 2)

function createRecurrent<Weights>(cell: Cell<Weights>, directions: 1 | 2): CreateBlock<RecurrentSettings> {
  return ({ hidden, layers, dropout, variational }, { name, inputs }: BlockPlace) => {
    const first: RecurrentSize = { inputs, hidden, directions }
    const sizes = stackSizes(first, layers)
    const layerName = (layer: number) => `${name}.${layer}`
    return {
      width: directions * hidden,
      parameters: sizes.flatMap((size, layer) => cell.parameters(layerName(layer), size)),
      train: (g, x, context) => {
        const get = (parameter: string) => context.weight(parameter)
        const weights = sizes.map((_, layer) => cell.weights(get, layerName(layer)))
        const shared = { extraRows: context.extraRows, zeros: context.zeros(directions, hidden) }
        return stacked(g, cell.layer, x, weights, shared, first, states =>
          context.dropout(states, dropout, { variational }),
        )
      },
      infer: (g, x, context) =>
        sizes.reduce((y, size, layer) => {
          const own = layerName(layer)
          const fused = cell.fused(parameter => context.value(parameter), own, size)
          return cell.infer(g, y, storedWeights(fused, own, context), context.lengths, size)
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
    context.stored(`${name}.${part}`, floatTensor(shape, data))
  return { w: stored('w', w), r: stored('r', r), b: stored('b', b) }
}
