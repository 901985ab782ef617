/**
 * What recurrent layers share: sizes, padding, and how a loop reads and writes two directions at once.
 *
 * Values inside a layer are `[time, direction, feature, batch]`, so that one batched product serves both directions.
 * Direction 0 goes left to right, direction 1 right to left. The loop's own order of steps is *scan order*: direction 1
 * begins at the padded end of the batch, where the layers keep the state at exactly zero. So each sequence starts afresh
 * at its own last step, and padding has no effect.
 */
import type { Random } from '../../base/random.js'
import type { GraphBuilder } from '../graph/builder.js'
import type { ScanLoop, ScanStep } from '../graph/scan.js'
import type { Value } from '../graph/value.js'
import type { LayerParameter } from './parameters.js'

/** Rows below the features of every recurrent layer's input: ones, and the padding flag. */
export const EXTRA_ROWS = 2

/** Closes a gate at padding: σ(−10⁴) is exactly 0, σ(10⁴) exactly 1. */
export const PADDING_WEIGHT = -1e4

type Fill = (values: Float32Array, random: Random) => void

/** @param undecayedColumns see `ParameterSpec` */
export function recurrentParameter(
  shape: readonly number[],
  fill: Fill,
  undecayedColumns = 0,
): LayerParameter {
  return { shape, initial: { kind: 'fill', fill }, group: 'recurrent', undecayedColumns }
}

/** Uniform over ±1/√hidden, as PyTorch starts its recurrent layers. */
export function uniform(values: Float32Array, hidden: number, random: Random): void {
  const bound = 1 / Math.sqrt(hidden)
  for (let i = 0; i < values.length; i++) values[i] = (random.float() * 2 - 1) * bound
}

export interface RecurrentSize {
  /** Features of the input, extra rows not counted. */
  readonly inputs: number
  /** Units per direction. */
  readonly hidden: number
  /** 1: left to right; 2: both ways, left-to-right features first in the output. */
  readonly directions: 1 | 2
}

/** What recurrent layers need besides their weights. */
export interface RecurrentContext {
  /** `[time, 2, batch]`: a row of ones and a row that is 1 at padding, else 0. Padding stands at the end. */
  readonly extraRows: Value
  /** `[directions, hidden, batch]` of zeros. */
  readonly zeros: Value
}

/** `lstm`, `gru`: `x` `[time, inputs, batch]` to `[time, directions·hidden, batch]`. */
export type RecurrentLayer<Weights> = (
  g: GraphBuilder,
  x: Value,
  weights: Weights,
  context: RecurrentContext,
  size: RecurrentSize,
) => Value

/** Sizes of a stack's layers, first to last: each reads the output of the one before. */
export function stackSizes(size: RecurrentSize, layers: number): readonly RecurrentSize[] {
  const width = size.directions * size.hidden
  return Array.from({ length: layers }, (_, layer) => (layer === 0 ? size : { ...size, inputs: width }))
}

/**
 * A stack of recurrent layers (Graves, Mohamed & Hinton 2013) with the same number of units.
 *
 * @param x `[time, inputs, batch]`
 * @param weights one set per layer, first to last; layer `l` has the size `stackSizes(size, layers)[l]`
 * @param after applied to the output of each layer, the last one included: dropout, usually
 * @returns `[time, directions·hidden, batch]`
 * @example
 * const y = stacked(g, lstm, x, weights, context, size, (states, layer) => g.mul(states, masks[layer]))
 */
export function stacked<Weights>(
  g: GraphBuilder,
  layer: RecurrentLayer<Weights>,
  x: Value,
  weights: readonly Weights[],
  context: RecurrentContext,
  size: RecurrentSize,
  after: (states: Value, layer: number) => Value = states => states,
): Value {
  return stackSizes(size, weights.length).reduce(
    (y, own, at) => after(layer(g, y, weights[at], context, own), at),
    x,
  )
}

type Sequences = ScanLoop['sequences']
type Outputs = ScanStep['outputs']

/**
 * A value in time order, `[time, directions, …]` or `[time, 1, …]` for all directions, as sequences of a loop: each
 * direction reads it in scan order, or backwards.
 */
export function inScanOrder(
  g: GraphBuilder,
  value: Value,
  directions: 1 | 2,
  { backwards = false } = {},
): Sequences {
  if (directions === 1) return [{ value, reverse: backwards }]
  const [ahead, behind] = value.shape[1] === 1 ? [value, value] : g.split(value, [1, 1], 1)
  return [
    { value: ahead, reverse: backwards },
    { value: behind, reverse: !backwards },
  ]
}

/** The slices of `inScanOrder` in a loop's body, joined: `[directions, …]`. */
export function bothDirections(body: GraphBuilder, slices: readonly Value[]): Value {
  return slices.length === 1 ? slices[0] : body.concat(slices, 0)
}

/** A step's `[directions, …]` as outputs of the loop, one per direction, stacked in time order. */
export function toTimeOrder(
  body: GraphBuilder,
  value: Value,
  directions: 1 | 2,
  { backwards = false } = {},
): Outputs {
  if (directions === 1) return [{ value, reverse: backwards }]
  const [ahead, behind] = body.split(value, [1, 1], 0)
  return [
    { value: ahead, reverse: backwards },
    { value: behind, reverse: !backwards },
  ]
}

/** The outputs of `toTimeOrder`, joined: `[time, directions, …]`. */
export function joinDirections(g: GraphBuilder, outputs: readonly Value[]): Value {
  return outputs.length === 1 ? outputs[0] : g.concat(outputs, 1)
}

/** `[time, directions, rows, batch]` to `[directions, rows, time·batch]`: all steps side by side. */
export function flatSteps(g: GraphBuilder, value: Value, directions: number, rows: number): Value {
  return g.reshape(g.transpose(value, [1, 2, 0, 3]), [directions, rows, -1])
}
