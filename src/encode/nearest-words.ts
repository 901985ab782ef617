import type { WordVectors } from './word-vectors.js'

export interface Neighbor {
  readonly word: string
  /** −1 to 1. */
  readonly cosine: number
}

/**
 * The words whose vectors have the largest cosine with that of a word, without itself; of equals, the first comes first.
 * Words whose vector is all zeros are none's neighbors.
 */
export function nearestWords({ dim, rows, matrix }: WordVectors, row: number, count: number): Neighbor[] {
  const vectorOf = (at: number) => matrix.subarray(at * dim, (at + 1) * dim)
  const own = vectorOf(row)
  const found: Neighbor[] = []
  for (const [word, other] of rows) {
    const value = other === row ? undefined : cosine(own, vectorOf(other))
    if (value === undefined || (found.length === count && value <= found[count - 1].cosine)) continue
    const place = found.findIndex(neighbor => neighbor.cosine < value)
    found.splice(place < 0 ? found.length : place, 0, { word, cosine: value })
    if (found.length > count) found.pop()
  }
  return found
}

/** `undefined` where one of the two is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  let [dot, ofA, ofB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i]
    ofA += a[i] * a[i]
    ofB += b[i] * b[i]
  }
  return ofA > 0 && ofB > 0 ? dot / (Math.sqrt(ofA) * Math.sqrt(ofB)) : undefined
}
