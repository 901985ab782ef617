// Which words matter to a tagger of names: frequent ones, and of the rarer ones rather those that look like names.
import { lenientSpans } from '../../../dist/tags/lenient-spans.js'

/** How often a word must occur in the corpora to say what names look like. */
const LEAST = 5
/** How often it must occur there to count as a word of the corpora. */
const LEAST_OWN = 3
const RIDGE = 1

/**
 * @param vectors all vectors there are, the most frequent words first
 * @param sentences of the training corpora
 * @param weights `name`: how much more a word that looks like a name counts than another; `own`: how much more a word of the
 *   corpora counts
 * @returns all words, the most important first
 */
export function rankWords(vectors, sentences, weights) {
  const { rows, matrix, dim } = vectors
  const counts = countWords(vectors, sentences)
  const likeness = nameLikeness(vectors, counts)
  const words = [...rows.keys()]
  const importance = words.map((word, rank) => {
    const row = matrix.subarray(rows.get(word) * dim, (rows.get(word) + 1) * dim)
    const share = Math.min(1, Math.max(0, likeness(row)))
    const isOwn = (counts.get(word)?.all ?? 0) >= LEAST_OWN
    return { word, at: (rank + 1) / (1 + weights.name * share) / (isOwn ? 1 + weights.own : 1) }
  })
  return importance.sort((a, b) => a.at - b.at).map(({ word }) => word)
}

/** How often each word occurs in the corpora, and in names. */
function countWords({ rows }, sentences) {
  const counts = new Map()
  for (const { tokens, tags } of sentences) {
    const inNames = new Set(
      lenientSpans(tags).flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i),
      ),
    )
    for (const [i, token] of tokens.entries()) {
      const word = token.toLowerCase()
      if (!rows.has(word)) continue
      const count = counts.get(word) ?? { all: 0, named: 0 }
      count.all++
      if (inNames.has(i)) count.named++
      counts.set(word, count)
    }
  }
  return counts
}

/** The share of a word's occurrences that is in names, as a linear function of its vector, by ridge regression. */
function nameLikeness({ rows, matrix, dim }, counts) {
  const known = [...counts].filter(([, { all }]) => all >= LEAST)
  const samples = known.map(([word, { all, named }]) => ({
    x: [...matrix.subarray(rows.get(word) * dim, (rows.get(word) + 1) * dim), 1],
    y: named / all,
  }))
  const solution = leastSquares(samples, dim + 1)
  return row => row.reduce((sum, value, d) => sum + value * solution[d], solution[dim])
}

/** Solves the normal equations by conjugate gradients. */
function leastSquares(samples, size) {
  const product = v => {
    const out = Float64Array.from(v, value => RIDGE * value)
    for (const { x } of samples) {
      let dot = 0
      for (let d = 0; d < size; d++) dot += x[d] * v[d]
      for (let d = 0; d < size; d++) out[d] += dot * x[d]
    }
    return out
  }
  const dot = (a, b) => a.reduce((sum, value, d) => sum + value * b[d], 0)
  const solution = new Float64Array(size)
  const residual = new Float64Array(size)
  for (const { x, y } of samples) for (let d = 0; d < size; d++) residual[d] += y * x[d]
  let direction = residual.slice()
  let norm = dot(residual, residual)
  for (let step = 0; step < 2 * size && norm > 1e-8; step++) {
    const along = product(direction)
    const length = norm / dot(direction, along)
    for (let d = 0; d < size; d++) {
      solution[d] += length * direction[d]
      residual[d] -= length * along[d]
    }
    const next = dot(residual, residual)
    direction = direction.map((value, d) => residual[d] + (next / norm) * value)
    norm = next
  }
  return solution
}
