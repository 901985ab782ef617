import { zeroDigits } from '../text/normalize.js'
import type { Vocabulary } from './vocabulary.js'

/** Pretrained word vectors, as a reader gives them. */
export interface WordVectors {
  readonly dim: number
  /** Row of each word in `matrix`. */
  readonly rows: ReadonlyMap<string, number>
  /** `[rows.size, dim]` */
  readonly matrix: Float32Array
}

/** How many words have a pretrained vector, and by which of their forms. */
export interface CoverageCounts {
  readonly words: number
  readonly exact: number
  /** Found in lower case only. */
  readonly lower: number
  /** Found with every digit as 0 or #, in lower case or not. */
  readonly digits: number
  readonly missing: number
}

/** By type: every word of the training data counts once. */
export interface VectorCoverage extends CoverageCounts {
  /** The same with every word counted as often as it stands there. */
  readonly tokens: CoverageCounts
  /** The most frequent of the missing, up to ten. */
  readonly examples: readonly string[]
}

type Match = 'exact' | 'lower' | 'digits'

/** What GloVe's vectors for tweets call a masked user name. */
const USER_MASK = '<user>'

/**
 * The forms a word's vector is looked for under, best first: as it is, in lower case, with digits as 0 (SENNA), with
 * digits as # (word2vec's news).
 */
export function vectorForms(word: string): readonly (readonly [Match, string])[] {
  const lower = word === '<USR>' ? USER_MASK : word.toLowerCase()
  const zero = zeroDigits(word)
  if (zero === word && !word.includes('0'))
    return lower === word
      ? [['exact', word]]
      : [
          ['exact', word],
          ['lower', lower],
        ]
  const hash = word.replace(/\p{Nd}/gu, '#')
  return [
    ['exact', word],
    ['lower', lower],
    ['digits', zero],
    ['digits', zero.toLowerCase()],
    ['digits', hash],
    ['digits', hash.toLowerCase()],
  ]
}

/** Every form of every word that `findVector` may look for: what a reader has to keep. */
export function wantedForms(words: Iterable<string>): Set<string> {
  const forms = new Set<string>()
  for (const word of words) for (const [, form] of vectorForms(word)) forms.add(form)
  return forms
}

/** A word's vector by the best of its forms. */
export function findVector(
  word: string,
  { rows }: Pick<WordVectors, 'rows'>,
): { readonly match: Match; readonly row: number } | undefined {
  for (const [match, form] of vectorForms(word)) {
    const row = rows.get(form)
    if (row !== undefined) return { match, row }
  }
  return undefined
}

/**
 * Copies pretrained vectors into an embedding table; rows of words without one stay as they are, padding and `<UNK>`
 * too.
 *
 * @param table `[vocabulary.size, vectors.dim]`
 * @throws RangeError where the table has another size.
 * @example
 * const vectors = await readWordVectors('glove.6B.100d.txt', { keep: wantedForms(vocabulary.entries) })
 * fillFromVectors(store.get('input.words').value, vocabulary, vectors)
 */
export function fillFromVectors(table: Float32Array, vocabulary: Vocabulary, vectors: WordVectors): void {
  const { dim, matrix } = vectors
  if (table.length !== vocabulary.size * dim)
    throw new RangeError(`a table of ${table.length} numbers is not [${vocabulary.size}, ${dim}]`)
  for (let id = 2; id < vocabulary.size; id++) {
    const found = findVector(vocabulary.entries[id], vectors)
    if (found) table.set(matrix.subarray(found.row * dim, (found.row + 1) * dim), id * dim)
  }
}

/**
 * How much of a corpus has a pretrained vector.
 * @param counts how often each word stands in it
 */
export function vectorCoverage(
  counts: ReadonlyMap<string, number>,
  vectors: Pick<WordVectors, 'rows'>,
): VectorCoverage {
  const none = () => ({ words: 0, exact: 0, lower: 0, digits: 0, missing: 0 })
  const types = none()
  const tokens = none()
  const missing: [string, number][] = []
  for (const [word, count] of counts) {
    const match = findVector(word, vectors)?.match ?? 'missing'
    types.words++
    types[match]++
    tokens.words += count
    tokens[match] += count
    if (match === 'missing') missing.push([word, count])
  }
  missing.sort(([, a], [, b]) => b - a)
  return { ...types, tokens, examples: missing.slice(0, 10).map(([word]) => word) }
}
