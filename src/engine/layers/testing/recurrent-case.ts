import type { Random } from '../../../base/random.js'
import type { GraphBuilder } from '../../graph/builder.js'
import type { Dim } from '../../graph/dim.js'
import type { Value } from '../../graph/value.js'
import { fillGruWeights, type GruWeights, gru, gruWeightShapes } from '../gru.js'
import { fillLstmWeight, lstm, lstmWeightShape } from '../lstm.js'
import { EXTRA_ROWS, type RecurrentSize, stacked, stackSizes } from '../recurrent.js'
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

export const GRU_PARTS = ['input', 'recurrent', 'candidateBias'] as const

export function gruOf<T>(layer: number, values: Readonly<Record<string, T>>): GruWeights<T> {
  return {
    input: values[`gru.${layer}.input`],
    recurrent: values[`gru.${layer}.recurrent`],
    candidateBias: values[`gru.${layer}.candidateBias`],
  }
}

/** A stack of layers with weights as they start, but all biases drawn at random. */
export function recurrentCase(
  source: Random,
  cell: Cell,
  size: RecurrentSize,
  layers: number,
  batch: Batch,
): RecurrentCase {
  const weights = cell === 'lstm' ? lstmInputs(source, size, layers) : gruInputs(source, size, layers)
  return recurrentCaseOf(
    cell,
    size,
    layers,
    batch,
    random(source, ['time', size.inputs, 'batch'], batch),
    weights,
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
            each.map(l => v[`lstm.${l}`]),
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
        ? plainLstm(g, y, v[`lstm.${layer}`], v.mask, v.zeros, own)
        : plainGru(g, y, gruOf(layer, v), v.mask, v.zeros, own),
    v.x,
  )
}

function lstmInputs(source: Random, size: RecurrentSize, layers: number): Record<string, LayerInput> {
  const made: Record<string, LayerInput> = {}
  stackSizes(size, layers).forEach((own, layer) => {
    const shape = lstmWeightShape(own)
    const data = new Float32Array(product(shape))
    fillLstmWeight(data, own, source)
    drawBiases(data, own.hidden + own.inputs, own.hidden + own.inputs + EXTRA_ROWS, source)
    made[`lstm.${layer}`] = floatInput(shape, data)
  })
  return made
}

function gruInputs(source: Random, size: RecurrentSize, layers: number): Record<string, LayerInput> {
  const made: Record<string, LayerInput> = {}
  stackSizes(size, layers).forEach((own, layer) => {
    const shapes = gruWeightShapes(own)
    const data = {
      input: new Float32Array(product(shapes.input)),
      recurrent: new Float32Array(product(shapes.recurrent)),
      candidateBias: new Float32Array(product(shapes.candidateBias)),
    }
    fillGruWeights(data, own, source)
    drawBiases(data.input, own.inputs, own.inputs + EXTRA_ROWS, source)
    drawBiases(data.candidateBias, 0, 1, source)
    for (const part of GRU_PARTS) made[`gru.${layer}.${part}`] = floatInput(shapes[part], data[part])
  })
  return made
}

function drawBiases(weight: Float32Array, column: number, columns: number, source: Random): void {
  for (let at = column; at < weight.length; at += columns) weight[at] = source.float() * 2 - 1
}

export function floatInput(shape: readonly number[], data: Float32Array): LayerInput {
  return given(shape as readonly Dim[], { type: 'float32', shape, data })
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
