/** What ONNX's fused LSTM and GRU have in common: the layout of their weights and of their output. */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import type { RecurrentSize } from './recurrent.js'

/** The parameters of a fused layer, or anything that there is one of for each. `G` is 4 for an LSTM, 3 for a GRU. */
export interface FusedWeights<T = Value> {
  /** `[directions, G·hidden, inputs]` */
  readonly w: T
  /** `[directions, G·hidden, hidden]` */
  readonly r: T
  /** `[directions, 2·G·hidden]`: biases of w, then of r. */
  readonly b: T
}

export interface StoredTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * Walks the rows of a fused layer's weights.
 * @param order for each of ONNX's gates its place in the training layout
 * @returns for every row its direction, its place within the direction, and its places in ONNX's and in the training
 *   layout, directions included
 */
export function* gateRows(
  { hidden, directions }: RecurrentSize,
  order: readonly number[],
): Generator<{ direction: number; row: number; to: number; from: number }> {
  const rows = order.length * hidden
  for (let direction = 0; direction < directions; direction++)
    for (let gate = 0; gate < order.length; gate++)
      for (let unit = 0; unit < hidden; unit++) {
        const row = gate * hidden + unit
        yield {
          direction,
          row,
          to: direction * rows + row,
          from: direction * rows + order[gate] * hidden + unit,
        }
      }
}

/** `[time, directions, batch, hidden]` to `[time, batch, directions·hidden]`. */
export function joinFusedDirections(
  g: GraphBuilder,
  states: Value,
  { hidden, directions }: RecurrentSize,
): Value {
  if (directions === 1) return g.squeeze(states, [1])
  return g.reshape(g.transpose(states, [0, 2, 1, 3]), [0, 0, 2 * hidden])
}
