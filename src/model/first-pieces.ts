import type { GraphBuilder } from '../engine/graph/builder.js'
import type { Value } from '../engine/graph/value.js'

/**
 * The states of each token's first unit, which stands for the token.
 *
 * @param y `[time, width, batch]`
 * @param firstUnits int32 `[tokens, batch]`: `time index · batch + sentence` of each token's unit; padding may point
 *   anywhere, since no gradient comes from it
 * @param tokenOf int32 `[time, batch]`, the way back: `token · batch + sentence` for the first unit of a token,
 *   `tokens · batch` for other units
 * @returns `[tokens, width, batch]`
 */
export function firstPieces(g: GraphBuilder, y: Value, firstUnits: Value, tokenOf: Value): Value {
  const width = Number(y.shape[1])
  return g.inLayer('first-pieces', () => {
    const rows = (b: GraphBuilder, value: Value) => b.reshape(b.transpose(value, [0, 2, 1]), [-1, width])
    const gathered = g.transpose(g.gather(rows(g, y), firstUnits), [0, 2, 1])
    // By hand: each unit is read at most once, so the gradient is a gather too.
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
