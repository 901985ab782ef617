/**
 * Vectors of words that a table lacks, from the words around them: à la carte embedding (Khodak et al. 2018). A linear
 * map from the mean vector of a word's contexts to its own vector is fitted to the words that have one.
 */

const REACH = 5
/** Words that occur less often say little. */
const LEAST = 20
const RIDGE = 1

/**
 * @param sentences lists of looked-up forms, as `formOf` makes them
 * @param vectors `{ rows, matrix, dim }`
 * @returns vectors by form, most frequent first
 */
export function filledVectors(sentences, { rows, matrix, dim }) {
  const counts = new Map()
  for (const words of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const frequent = [...counts].filter(([, count]) => count >= LEAST).sort((a, b) => b[1] - a[1])
  const contexts = contextMeans(sentences, new Set(frequent.map(([word]) => word)), { rows, matrix, dim })
  const known = frequent.filter(([word]) => rows.has(word)).map(([word]) => word)
  const map = fit(
    known.map(word => contexts.get(word)),
    known.map(word => rowOf(word, { rows, matrix, dim })),
    dim,
  )
  const missing = frequent.filter(([word]) => !rows.has(word)).map(([word]) => word)
  return new Map(missing.map(word => [word, apply(map, contexts.get(word), dim)]))
}

function rowOf(word, { rows, matrix, dim }) {
  const row = rows.get(word)
  return matrix.subarray(row * dim, (row + 1) * dim)
}

/** The mean vector of the words around each word, wherever it occurs. */
function contextMeans(sentences, words, { rows, matrix, dim }) {
  const sums = new Map([...words].map(word => [word, { sum: new Float64Array(dim), count: 0 }]))
  for (const sentence of sentences)
    for (const [i, word] of sentence.entries()) {
      const own = sums.get(word)
      if (own === undefined) continue
      for (let at = Math.max(0, i - REACH); at <= Math.min(sentence.length - 1, i + REACH); at++) {
        const row = at === i ? undefined : rows.get(sentence[at])
        if (row === undefined) continue
        for (let d = 0; d < dim; d++) own.sum[d] += matrix[row * dim + d]
        own.count++
      }
    }
  return new Map(
    [...sums].map(([word, { sum, count }]) => [word, sum.map(value => value / Math.max(1, count))]),
  )
}

/** The ridge regression of the targets on the sources: `[dim, dim]`, row-major, from source to target. */
function fit(sources, targets, dim) {
  const left = Array.from({ length: dim }, (_, d) => {
    const row = new Float64Array(2 * dim)
    row[d] = RIDGE
    return row
  })
  for (const [n, source] of sources.entries())
    for (let i = 0; i < dim; i++)
      for (let j = 0; j < dim; j++) {
        left[i][j] += source[i] * source[j]
        left[i][dim + j] += source[i] * targets[n][j]
      }
  solve(left, dim)
  return left.map(row => row.slice(dim))
}

/** Gauss–Jordan elimination with pivots, in place. */
function solve(rows, dim) {
  for (let i = 0; i < dim; i++) {
    let pivot = i
    for (let r = i + 1; r < dim; r++) if (Math.abs(rows[r][i]) > Math.abs(rows[pivot][i])) pivot = r
    ;[rows[i], rows[pivot]] = [rows[pivot], rows[i]]
    const scale = rows[i][i]
    for (let c = i; c < 2 * dim; c++) rows[i][c] /= scale
    for (let r = 0; r < dim; r++) {
      const factor = rows[r][i]
      if (r === i || factor === 0) continue
      for (let c = i; c < 2 * dim; c++) rows[r][c] -= factor * rows[i][c]
    }
  }
}

function apply(map, source, dim) {
  return Float64Array.from({ length: dim }, (_, j) =>
    source.reduce((sum, value, i) => sum + value * map[i][j], 0),
  )
}
