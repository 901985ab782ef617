import { analogies } from '../../encode/analogy.js'
import { EncodeError } from '../../encode/encode-error.js'
import { type Neighbor, nearestWords } from '../../encode/nearest-words.js'
import { findVector, wantedForms } from '../../encode/word-vectors.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'

/** A word's neighbors in a table of vectors. */
export interface WordNeighbors {
  readonly word: string
  /** The form of it that has a vector: in lower case, for instance. */
  readonly form: string
  readonly neighbors: readonly Neighbor[]
}

/**
 * The nearest neighbors of words by the cosine of their vectors.
 *
 * @param limits how many neighbors, and how many vectors from the beginning of the source to look at
 * @throws EncodeError for a word without a vector, and as `readWordVectors`
 */
export async function neighborsOf(
  source: string,
  words: readonly string[],
  limits: { readonly count: number; readonly limit: number },
): Promise<WordNeighbors[]> {
  const { vectors, rows, forms } = await lookUp(source, words, limits.limit)
  return words.map((word, i) => ({
    word,
    form: forms[i],
    neighbors: nearestWords(vectors, rows[i], limits.count),
  }))
}

/** What stands to one word as another to a third. */
export interface WordAnalogy {
  /** The forms of the three words that have vectors. */
  readonly forms: readonly string[]
  readonly answers: readonly Neighbor[]
}

/**
 * The words that are to `c` as `b` is to `a`.
 *
 * @param limits how many answers, and how many vectors from the beginning of the source to look at
 * @throws EncodeError for a word without a vector, and as `readWordVectors`
 */
export async function analogyOf(
  source: string,
  words: readonly [a: string, b: string, c: string],
  limits: { readonly count: number; readonly limit: number },
): Promise<WordAnalogy> {
  const { vectors, rows, forms } = await lookUp(source, words, limits.limit)
  const [a, b, c] = rows
  return { forms, answers: analogies(vectors, [a, b, c], limits.count) }
}

/** Vectors, with the row and the form of each word. */
async function lookUp(source: string, words: readonly string[], limit: number) {
  const vectors = await readWordVectors(source, { first: limit, keep: wantedForms(words) })
  const all = [...vectors.rows.keys()]
  const found = words.map(word => findVector(word, vectors)?.row)
  const faults = words.flatMap((word, i) =>
    found[i] === undefined
      ? [{ where: source, expected: `a vector for ${JSON.stringify(word)}`, got: 'none in any of its forms' }]
      : [],
  )
  if (faults.length > 0) throw new EncodeError('encode/vectors', faults)
  const rows = found.map(row => row ?? 0)
  return { vectors, rows, forms: rows.map(row => all[row]) }
}
