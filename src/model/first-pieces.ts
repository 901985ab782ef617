import type { GraphBuilder } from '../engine/graph/builder.js'
import type { Value } from '../engine/graph/value.js'

/**
 * The states of the units that stand for their tokens.
 *
 * @param y `[time, width, batch]`, a column a unit
 * @param firstUnits int32 `[tokens, batch]`: `time index · batch + sentence` of each token's unit; padding may point
 *   anywhere, as long as no gradient comes from it
 * @param tokenOf int32 `[time, batch]`, the way back: `token · batch + sentence` of the token that a unit stands for,
 *   `tokens · batch` where it stands for none
 * @returns `[tokens, width, batch]`
 */
export function firstPieces(g: GraphBuilder, y: Value, firstUnits: Value, tokenOf: Value): Value {
  const width = Number(y.shape[1])
  return g.inLayer('first-pieces', () => {
    const rows = (b: GraphBuilder, value: Value) => b.reshape(b.transpose(value, [0, 2, 1]), [-1, width])
    const gathered = g.transpose(g.gather(rows(g, y), firstUnits), [0, 2, 1])
    // By hand: each unit is read once at most, so that the gradient is a gathering too.
    const [output] = g.withGradient({
      inputs: [y],
      outputs: [gathered],
      backward: (b, [dY]) => {
        if (!dY) return [null]
        const none = b.constant(new Float32Array(width), [1, width])
        return [b.transpose(b.gather(b.concat([rows(b, dY), none], 0), tokenOf), [0, 2, 1])]
      },
    })
    return output
  })
}
