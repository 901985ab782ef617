/** A corpus of ten sentences with parts of speech, names for two gazetteers, and vectors for some words. */
import { Random } from '../../../base/random.js'
import type { Sentence } from '../../../corpus/sentence.js'
import type { GazetteerList } from '../../../encode/gazetteer.js'
import { subwordBuckets } from '../../../encode/subwords.js'
import type { WordClassList } from '../../../encode/word-classes.js'
import type { SubwordTable, WordVectors } from '../../../encode/word-vectors.js'

/** Token, tag and part of speech; one sentence per line. Some words occur twice, some in two spellings. */
export const LINES: readonly string[] = [
  'Ada/B-PER/N wrote/O/V to/O/P Charles/B-PER/N Babbage/I-PER/N from/O/P London/B-LOC/N ./O/.',
  'New/B-LOC/J York/I-LOC/N City/I-LOC/N is/O/V not/O/R London/B-LOC/N',
  '@ada/O/N saw/O/V https://example.org/O/X in/O/P 1843/O/D',
  'the/O/T analytical/O/J engine/O/N of/O/P Babbage/B-PER/N weighs/O/V 15/O/D tons/O/N ,/O/, they/O/R said/O/V',
  'x/O/X',
]

/** Each line twice: the second half repeats the first. */
export const SENTENCES: readonly Sentence[] = [...LINES, ...LINES].map((line, i) => {
  // A token may hold a slash of its own.
  const fields = line.split(' ').map(token => /^(.*)\/([^/]+)\/([^/]+)$/.exec(token) ?? [])
  return {
    tokens: fields.map(([, token]) => token),
    tags: fields.map(([, , tag]) => tag),
    columns: { pos: fields.map(([, , , pos]) => pos) },
    lines: fields.map(() => i + 1),
  }
})

export const LISTS: readonly GazetteerList[] = [
  { name: 'cities', ignoreCase: true, entries: ['LONDON', 'New York City', 'New Orleans'] },
  { name: 'names', ignoreCase: false, entries: ['Charles Babbage', 'ada', 'York'] },
]

/** Classes of some of the words, one of them in lower case, and of a word that occurs nowhere. */
export const WORD_CLASSES: readonly WordClassList[] = [
  {
    name: 'brown',
    classes: [
      { path: '000', words: 'Ada Babbage unheard-of' },
      { path: '0010', words: 'london York' },
      { path: '1', words: 'the to from' },
    ],
  },
]

/** Vectors for some of the words, some of them in lower case or with other digits, and for words that occur nowhere. */
export function someVectors(dim: number): WordVectors {
  const words = ['Ada', 'london', 'the', '0000', '##', 'unheard-of', 'paris', 'new', '<user>', 'york']
  const random = Random.fromSeed(8)
  return {
    dim,
    rows: new Map(words.map((word, row) => [word, row])),
    matrix: Float32Array.from({ length: words.length * dim }, () => random.normal()),
  }
}

/** Vectors of the runs of characters of two words. */
export function someRuns(dim: number): SubwordTable {
  const scheme = { shortest: 3, longest: 4, buckets: 500 }
  const buckets = [...new Set(['harbor', 'anchor'].flatMap(word => subwordBuckets(word, scheme)))]
  const random = Random.fromSeed(9)
  return {
    scheme,
    buckets: Int32Array.from(buckets),
    matrix: Float32Array.from({ length: buckets.length * dim }, () => random.normal()),
  }
}
