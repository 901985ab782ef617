import type { Tensor } from '../engine/runtime/runtime.js'
import type { EncodedSentence } from './inputs/unit-table.js'

/** One head's weights in one sentence: how much each token (row) attends to each token (column). */
export interface AttentionMap {
  /** `encoder.1`, or `encoder.1, head 2` if there are several heads. */
  readonly name: string
  /** Row-major `[tokens, tokens]`, each in [0, 1]. Rows sum to 1 where units are words. */
  readonly weights: Float32Array
}

/**
 * A sentence's maps from an output of the graph. Where units are characters or pieces, a token's weight is the mean over
 * its own units of the sum over the other token's units; spaces are left out.
 *
 * @param output `[1, heads, time, time]`
 */
export function attentionMaps(
  name: string,
  { shape, data }: Tensor,
  { units, tokens }: EncodedSentence,
): AttentionMap[] {
  const [, heads, time] = shape
  return Array.from({ length: heads }, (_, head) => {
    const own = (data as Float32Array).subarray(head * time * time, (head + 1) * time * time)
    const weights = new Float32Array(tokens * tokens)
    for (let row = 0; row < tokens; row++)
      for (let column = 0; column < tokens; column++) {
        const from = units ? [units.starts[row], units.ends[row]] : [row, row + 1]
        const to = units ? [units.starts[column], units.ends[column]] : [column, column + 1]
        let sum = 0
        for (let u = from[0]; u < from[1]; u++) for (let v = to[0]; v < to[1]; v++) sum += own[u * time + v]
        weights[row * tokens + column] = sum / Math.max(1, from[1] - from[0])
      }
    return { name: heads === 1 ? name : `${name}, head ${head + 1}`, weights }
  })
}
