import { isVectorWord } from '../fixed-vectors.js'
import type { SubwordTable, WordVectors } from '../word-vectors.js'
import { compactFile } from './compact-vectors.js'

/** Forms in which vectors are written: word2vec's text and binary, and the compact file. */
export const VECTOR_FORMS = ['text', 'binary', 'compact'] as const
export type VectorForm = (typeof VECTOR_FORMS)[number]

/** By the end of the name: `.nvec` is compact, `.bin` binary, everything else text. */
export function vectorFormOf(path: string): VectorForm {
  return path.endsWith('.nvec') ? 'compact' : path.endsWith('.bin') ? 'binary' : 'text'
}

/**
 * The file of a table, in parts to be written in turn. Words with white space in them are left out.
 * @param subwords written to a compact file alone: the other forms have no place for them
 */
export function vectorFile(
  vectors: WordVectors,
  form: VectorForm,
  subwords?: SubwordTable,
): Iterable<Uint8Array> {
  const words = [...vectors.rows.keys()].filter(isVectorWord)
  if (form === 'compact') return compactFile(vectors, words, subwords)
  return form === 'text' ? textFile(vectors, words) : binaryFile(vectors, words)
}

/** Words per part. */
const BLOCK = 1024

function* textFile({ dim, rows, matrix }: WordVectors, words: readonly string[]): Generator<Uint8Array> {
  yield Buffer.from(`${words.length} ${dim}\n`)
  for (let from = 0; from < words.length; from += BLOCK)
    yield Buffer.from(
      words
        .slice(from, from + BLOCK)
        .map(word => {
          const row = (rows.get(word) as number) * dim
          // Nine digits are enough for every float32.
          return `${word} ${Array.from(matrix.subarray(row, row + dim), value => Number(value.toPrecision(9))).join(' ')}\n`
        })
        .join(''),
    )
}

/** As word2vec writes it, with a line feed after each vector. */
function* binaryFile({ dim, rows, matrix }: WordVectors, words: readonly string[]): Generator<Uint8Array> {
  yield Buffer.from(`${words.length} ${dim}\n`)
  for (const word of words) {
    const row = (rows.get(word) as number) * dim
    // Every machine that this runs on is little-endian.
    yield Buffer.concat([
      Buffer.from(`${word} `),
      new Uint8Array(matrix.buffer, matrix.byteOffset + 4 * row, 4 * dim),
      Buffer.from('\n'),
    ])
  }
}
