import { cosine, type Neighbor } from './nearest-words.js'
import type { WordVectors } from './word-vectors.js'

/** What "a is to b as c is to …" asks for, by the rows of the three words. */
export type AnalogyRows = readonly [a: number, b: number, c: number]

/**
 * The words nearest to b − a + c, each of the three first scaled to length 1 (3CosAdd, Mikolov et al. 2013; Levy &
 * Goldberg 2014). The three themselves are left out.
 */
export function analogies(vectors: WordVectors, [a, b, c]: AnalogyRows, count: number): Neighbor[] {
  const { dim, rows, matrix } = vectors
  const wanted = new Float64Array(dim)
  for (const [row, sign] of [
    [a, -1],
    [b, 1],
    [c, 1],
  ] as const) {
    const own = matrix.subarray(row * dim, (row + 1) * dim)
    const length = Math.hypot(...own) || 1
    for (let d = 0; d < dim; d++) wanted[d] += (sign * own[d]) / length
  }
  const found: Neighbor[] = []
  for (const [word, row] of rows) {
    if (row === a || row === b || row === c) continue
    const value = cosine(wanted, matrix.subarray(row * dim, (row + 1) * dim))
    if (value === undefined || (found.length === count && value <= found[count - 1].cosine)) continue
    const place = found.findIndex(neighbor => neighbor.cosine < value)
    found.splice(place < 0 ? found.length : place, 0, { word, cosine: value })
    if (found.length > count) found.pop()
  }
  return found
}
