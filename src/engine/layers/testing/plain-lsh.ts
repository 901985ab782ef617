/** LSH attention once more, in loops over one sequence at a time and in double precision: slow, and obviously right. */
import type { LshSize } from '../lsh-order.js'

/** `[time][feature]` of one head of one sequence, without padding. */
export type Rows = readonly (readonly number[])[]

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0)

/** @param rotation `[dim][buckets / 2]` */
function bucketsOf(queries: Rows, rotation: Rows, { chunk, buckets }: LshSize): number[] {
  const directions = Math.min(buckets / 2, Math.ceil(queries.length / chunk))
  return queries.map(query => {
    const near = Array.from({ length: directions }, (_, j) =>
      dot(
        query,
        rotation.map(row => row[j]),
      ),
    )
    let best = 0
    for (let j = 0; j < directions; j++) if (near[j] > near[best]) best = j
    let opposite = 0
    for (let j = 0; j < directions; j++) if (near[j] < near[opposite]) opposite = j
    return near[best] >= -near[opposite] ? best : opposite + buckets / 2
  })
}

/** The positions each position sees in a round. */
function seenIn(queries: Rows, rotation: Rows, size: LshSize): number[][] {
  const { chunk, lookBack = 1, lookAhead = 0 } = size
  const bucket = bucketsOf(queries, rotation, size)
  const sorted = [...queries.keys()].sort((a, b) => bucket[a] - bucket[b] || a - b)
  const chunkOf: number[] = []
  sorted.forEach((position, at) => {
    chunkOf[position] = Math.floor(at / chunk)
  })
  return queries.map((_, i) =>
    [...queries.keys()].filter(
      j => chunkOf[j] >= chunkOf[i] - lookBack && chunkOf[j] <= chunkOf[i] + lookAhead,
    ),
  )
}

/**
 * One softmax over everything a position sees in all rounds.
 * @param rotations `[round][dim][buckets / 2]`
 */
export function plainLsh(queries: Rows, values: Rows, rotations: readonly Rows[], size: LshSize): number[][] {
  const seen = rotations.map(rotation => seenIn(queries, rotation, size))
  const keys = queries.map(query => {
    const length = Math.sqrt(dot(query, query) + 1e-6)
    return query.map(x => x / length)
  })
  return queries.map((query, i) => {
    const pairs = seen.flatMap(round => round[i])
    const logits = pairs.map(j => dot(query, keys[j]) + (j === i ? -1e5 : 0))
    const highest = Math.max(...logits)
    const weights = logits.map(logit => Math.exp(logit - highest))
    const sum = weights.reduce((a, b) => a + b, 0)
    return values[0].map((_, d) => pairs.reduce((y, j, at) => y + (weights[at] / sum) * values[j][d], 0))
  })
}
