import type { Random } from '../../../base/random.js'
import type { GraphBuilder } from '../../graph/builder.js'
import type { Dim } from '../../graph/dim.js'
import type { Value } from '../../graph/value.js'
import { fillInitial } from '../../optim/initializer.js'
import { type GruWeights, gru, gruParameters } from '../gru.js'
import { type LstmWeights, lstm, lstmParameters } from '../lstm.js'
import { type LayerParameter, parameterSpecs } from '../parameters.js'
import { type RecurrentSize, stacked, stackSizes } from '../recurrent.js'
import {
  type Batch,
  type Build,
  given,
  type LayerCase,
  type LayerInput,
  paddingInputs,
  random,
  type Values,
} from './layer-case.js'
import { plainGru, plainLstm } from './plain-recurrent.js'

export type Cell = 'lstm' | 'gru'

export interface RecurrentCase extends LayerCase {
  readonly size: RecurrentSize
  readonly layers: number
  readonly batch: Batch
  readonly cell: Cell
  readonly twin: Build
}

export function gruOf<T>(layer: number, values: Readonly<Record<string, T>>): GruWeights<T> {
  return {
    input: values[`gru.${layer}.input`],
    recurrent: values[`gru.${layer}.recurrent`],
    candidateBias: values[`gru.${layer}.candidateBias`],
  }
}

export function lstmOf<T>(layer: number, values: Readonly<Record<string, T>>): LstmWeights<T> {
  return { weight: values[`lstm.${layer}`] }
}

/** A stack of layers with weights as they start, but all biases drawn at random. */
export function recurrentCase(
  source: Random,
  cell: Cell,
  size: RecurrentSize,
  layers: number,
  batch: Batch,
): RecurrentCase {
  return recurrentCaseOf(
    cell,
    size,
    layers,
    batch,
    random(source, ['time', size.inputs, 'batch'], batch),
    weightInputs(source, cell, size, layers),
  )
}

export function recurrentCaseOf(
  cell: Cell,
  size: RecurrentSize,
  layers: number,
  batch: Batch,
  x: LayerInput,
  weights: Readonly<Record<string, LayerInput>>,
): RecurrentCase {
  const { hidden, directions } = size
  const zeroShape = [directions, hidden, batch.lengths.length]
  const zeros = new Float32Array(directions * hidden * batch.lengths.length)
  return {
    name: `${cell} ${directions}×${layers}, ${size.inputs}/${hidden}, time ${batch.time}, lengths ${batch.lengths}`,
    ...{ size, layers, batch, cell },
    inputs: {
      x,
      zeros: given([directions, hidden, 'batch'], { type: 'float32', shape: zeroShape, data: zeros }),
      ...paddingInputs(batch),
      ...weights,
    },
    wrt: ['x', ...Object.keys(weights)],
    layer: (g, v) => {
      const context = { extraRows: v.extraRows, zeros: v.zeros }
      // What a padded batch needs between layers is what dropout masks do in training.
      const after = (states: Value) => g.mul(states, v.keep)
      const each = Array.from({ length: layers }, (_, layer) => layer)
      return cell === 'lstm'
        ? stacked(
            g,
            lstm,
            v.x,
            each.map(l => lstmOf(l, v)),
            context,
            size,
            after,
          )
        : stacked(
            g,
            gru,
            v.x,
            each.map(l => gruOf(l, v)),
            context,
            size,
            after,
          )
    },
    twin: (g, v) => plainStack(g, v, cell, size, layers),
  }
}

function plainStack(g: GraphBuilder, v: Values, cell: Cell, size: RecurrentSize, layers: number): Value {
  return stackSizes(size, layers).reduce(
    (y, own, layer) =>
      cell === 'lstm'
        ? plainLstm(g, y, lstmOf(layer, v), v.mask, v.zeros, own)
        : plainGru(g, y, gruOf(layer, v), v.mask, v.zeros, own),
    v.x,
  )
}

function weightInputs(
  source: Random,
  cell: Cell,
  size: RecurrentSize,
  layers: number,
): Record<string, LayerInput> {
  const made: Record<string, LayerInput> = {}
  stackSizes(size, layers).forEach((own, layer) => {
    const parts = cell === 'lstm' ? lstmParameters(own) : gruParameters(own)
    for (const { name, ...part } of parameterSpecs(`${cell}.${layer}`, parts))
      made[name.replace('.weight', '')] = floatInput(part.shape, withRandomBiases(part, source))
  })
  return made
}

/** The initial values, except for the biases: they stand first of the columns that weight decay leaves alone. */
function withRandomBiases(part: LayerParameter, source: Random): Float32Array {
  const { shape, initial, undecayedColumns = 0 } = part
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
  fillInitial(initial, data, shape, source)
  const columns = shape[shape.length - 1]
  if (undecayedColumns > 0)
    for (let at = columns - undecayedColumns; at < data.length; at += columns)
      data[at] = source.float() * 2 - 1
  return data
}

export function floatInput(shape: readonly number[], data: Float32Array): LayerInput {
  return given(shape as readonly Dim[], { type: 'float32', shape, data })
}
