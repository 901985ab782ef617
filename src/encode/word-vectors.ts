import { zeroDigits } from '../text/normalize.js'
import { type SubwordScheme, subwordRows } from './subwords.js'
import type { Vocabulary } from './vocabulary.js'

/** Pretrained word vectors, as a reader gives them. */
export interface WordVectors {
  readonly dim: number
  /** Row of each word in `matrix`. */
  readonly rows: ReadonlyMap<string, number>
  /** `[rows.size, dim]` */
  readonly matrix: Float32Array
  /** What words without a row can be made of. */
  readonly subwords?: SubwordTable
}

/** Vectors of runs of characters, of which words without a vector of their own can be made. */
export interface SubwordTable {
  readonly scheme: SubwordScheme
  /** The bucket of each row; `[runs]` */
  readonly buckets: Int32Array
  /** `[runs, dim]` */
  readonly matrix: Float32Array
}

/**
 * Makes vectors of words from their runs of characters, as fastText does: the mean of those that were seen in training.
 * @returns what writes a word's vector to `out`, and says whether any of its runs was seen
 */
export function subwordVectors({
  scheme,
  buckets,
  matrix,
}: SubwordTable): (word: string, out: Float32Array) => boolean {
  const rowsOf = subwordRows(scheme, buckets)
  return (word, out) => {
    const known = rowsOf(word)
    if (known.length === 0) return false
    out.fill(0)
    for (const row of known) for (let d = 0; d < out.length; d++) out[d] += matrix[row * out.length + d]
    for (let d = 0; d < out.length; d++) out[d] /= known.length
    return true
  }
}

/** How many words have a pretrained vector, by the form it was found under. */
export interface CoverageCounts {
  readonly words: number
  readonly exact: number
  /** Found in lower case only. */
  readonly lower: number
  /** Found with every digit as 0 or #, in lower case or not. */
  readonly digits: number
  readonly missing: number
}

/** Every distinct word of the training data counts once. */
export interface VectorCoverage extends CoverageCounts {
  /** The same with every word counted as often as it occurs. */
  readonly tokens: CoverageCounts
  /** The most frequent of the missing, up to ten. */
  readonly examples: readonly string[]
}

type Match = 'exact' | 'lower' | 'digits'

/** What GloVe's vectors for tweets call a masked user name. */
const USER_MASK = '<user>'

/**
 * The forms under which a word's vector is looked up, best first: as it is, in lower case, with digits as 0 (SENNA),
 * with digits as # (word2vec's news vectors).
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

/** Every form of every word that `findVector` may look up: what a reader has to keep. */
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
 * The vectors of a vocabulary's words by id, each by the best of its forms: copies, so that the others can go.
 * @example
 * const vectors = await readWordVectors('glove.6B.100d.txt', { keep: wantedForms(vocabulary.entries) })
 * vectorsById(vocabulary, vectors).get(vocabulary.id('London')) // Float32Array(100), or undefined
 */
export function vectorsById(
  { entries }: Vocabulary,
  vectors: WordVectors,
): ReadonlyMap<number, Float32Array> {
  const found = new Map<number, Float32Array>()
  for (let id = 2; id < entries.length; id++) {
    const row = findVector(entries[id], vectors)?.row
    if (row !== undefined) found.set(id, vectors.matrix.slice(row * vectors.dim, (row + 1) * vectors.dim))
  }
  return found
}

/**
 * How much of a corpus has a pretrained vector.
 * @param counts how often each word occurs in it
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
