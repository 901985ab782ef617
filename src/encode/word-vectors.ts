import { zeroDigits } from './normalise.js'
import type { Vocabulary } from './vocabulary.js'

/** Pretrained word vectors, as a reader gives them. */
export interface WordVectors {
  readonly dim: number
  /** Row of each word in `matrix`. */
  readonly rows: ReadonlyMap<string, number>
  /** `[rows.size, dim]` */
  readonly matrix: Float32Array
}

/** How many of a vocabulary's words have a pretrained vector, and by which of their forms. */
export interface VectorCoverage {
  readonly words: number
  readonly exact: number
  /** Found in lower case only. */
  readonly lower: number
  /** Found with every digit as 0, in lower case or not. */
  readonly digits: number
  readonly missing: number
  /** The most frequent of the missing, up to ten. */
  readonly examples: readonly string[]
}

type Match = 'exact' | 'lower' | 'digits'

/** The forms a word's vector is looked for under, best first. */
function formsOf(word: string): readonly (readonly [Match, string])[] {
  const lower = word.toLowerCase()
  return [
    ['exact', word],
    ['lower', lower],
    ['digits', zeroDigits(word)],
    ['digits', zeroDigits(lower)],
  ]
}

/** Every form of every word that `fillFromVectors` may look for: what a reader has to keep. */
export function wantedForms(words: Iterable<string>): Set<string> {
  const forms = new Set<string>()
  for (const word of words) for (const [, form] of formsOf(word)) forms.add(form)
  return forms
}

/**
 * Copies pretrained vectors into an embedding table; rows of words without one stay as they are, padding and `<UNK>`
 * too.
 *
 * @param table `[vocabulary.size, vectors.dim]`
 * @throws RangeError where the table has another size.
 * @example
 * const vectors = await readWordVectors('glove.6B.100d.txt', { keep: wantedForms(vocabulary.entries) })
 * const { exact, missing } = fillFromVectors(store.get('input.words').value, vocabulary, vectors)
 */
export function fillFromVectors(
  table: Float32Array,
  vocabulary: Vocabulary,
  vectors: WordVectors,
): VectorCoverage {
  const { dim, rows, matrix } = vectors
  if (table.length !== vocabulary.size * dim)
    throw new RangeError(`a table of ${table.length} numbers is not [${vocabulary.size}, ${dim}]`)
  const counts: Record<Match, number> = { exact: 0, lower: 0, digits: 0 }
  const missing: string[] = []
  for (let id = 2; id < vocabulary.size; id++) {
    const found = formsOf(vocabulary.entries[id]).find(([, form]) => rows.has(form))
    const row = found && rows.get(found[1])
    if (!found || row === undefined) {
      missing.push(vocabulary.entries[id])
      continue
    }
    counts[found[0]]++
    table.set(matrix.subarray(row * dim, (row + 1) * dim), id * dim)
  }
  return { words: vocabulary.size - 2, ...counts, missing: missing.length, examples: missing.slice(0, 10) }
}
