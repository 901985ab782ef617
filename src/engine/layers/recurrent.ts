/**
 * What recurrent layers share: sizes, padding, and how a loop reads and writes two directions at once.
 *
 * Values inside a layer are `[time, direction, feature, batch]`, so that one batched product serves both directions.
 * Direction 0 goes left to right, direction 1 right to left. The loop's own order of steps is *scan order*: for
 * direction 1 it begins at the padded end of the batch, where the layers keep the state at exactly zero, so that each
 * sentence starts afresh at its own last token and padding changes nothing.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { ScanLoop, ScanStep } from '../graph/scan.js'
import type { Value } from '../graph/value.js'

/** Rows that every input of a recurrent layer carries below its features: ones, and the padding flag. */
export const EXTRA_ROWS = 2

/** What closes a gate at padding: σ(−10⁴) is exactly 0, σ(10⁴) exactly 1. */
export const PADDING_WEIGHT = -1e4

export interface RecurrentSize {
  /** Features of the input, extra rows not counted. */
  readonly inputs: number
  /** Units a direction. */
  readonly hidden: number
  /** 1: left to right; 2: both ways, left-to-right features first in the output. */
  readonly directions: 1 | 2
}

/** What every recurrent layer of a graph needs besides its weights. */
export interface RecurrentContext {
  /** `[time, 2, batch]`: a row of ones and a row that is 1 at padding, else 0. Padding stands at the end. */
  readonly extraRows: Value
  /** `[directions, hidden, batch]` of zeros. */
  readonly zeros: Value
}

/** A layer as `stacked` takes it: `x` `[time, inputs, batch]` to `[time, directions·hidden, batch]`. */
export type RecurrentLayer<Weights> = (
  g: GraphBuilder,
  x: Value,
  weights: Weights,
  context: RecurrentContext,
  size: RecurrentSize,
) => Value

/** Sizes of a stack's layers, first to last: each reads what the one before gives. */
export function stackSizes(size: RecurrentSize, layers: number): readonly RecurrentSize[] {
  const width = size.directions * size.hidden
  return Array.from({ length: layers }, (_, layer) => (layer === 0 ? size : { ...size, inputs: width }))
}

/**
 * Recurrent layers one on another (Graves, Mohamed & Hinton 2013). All have as many units.
 *
 * @param x `[time, inputs, batch]`
 * @param weights one set a layer, first to last; layer `l` has the size `stackSizes(size, layers)[l]`
 * @param after what is done with each layer's output, the last one's too: dropout, as a rule
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
 * A value in reading order, `[time, directions, …]` or `[time, 1, …]` for all directions, as sequences of a loop: each
 * direction reads it in scan order, or against it.
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

/** The slices that `inScanOrder` gives a loop's body, side by side: `[directions, …]`. */
export function bothDirections(body: GraphBuilder, slices: readonly Value[]): Value {
  return slices.length === 1 ? slices[0] : body.concat(slices, 0)
}

/** A step's `[directions, …]` as outputs of the loop, one a direction, each of which comes out in reading order. */
export function toReadingOrder(
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

/** The loop's outputs of `toReadingOrder` side by side: `[time, directions, …]`. */
export function joinDirections(g: GraphBuilder, outputs: readonly Value[]): Value {
  return outputs.length === 1 ? outputs[0] : g.concat(outputs, 1)
}

/** `[time, directions, rows, batch]` to `[directions, rows, time·batch]`: all tokens side by side. */
export function flatTokens(g: GraphBuilder, value: Value, directions: number, rows: number): Value {
  return g.reshape(g.transpose(value, [1, 2, 0, 3]), [directions, rows, -1])
}
