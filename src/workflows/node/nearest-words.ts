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
  const vectors = await readWordVectors(source, { first: limits.limit, keep: wantedForms(words) })
  const forms = [...vectors.rows.keys()]
  const rows = words.map(word => findVector(word, vectors)?.row)
  const faults = words.flatMap((word, i) =>
    rows[i] === undefined
      ? [{ where: source, expected: `a vector for ${JSON.stringify(word)}`, got: 'none in any of its forms' }]
      : [],
  )
  if (faults.length > 0) throw new EncodeError('encode/vectors', faults)
  return words.map((word, i) => ({
    word,
    form: forms[rows[i] ?? 0],
    neighbors: nearestWords(vectors, rows[i] ?? 0, limits.count),
  }))
}
