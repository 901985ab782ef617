import { checkNewOutput, writeOutput } from '../../base/node/output-file.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { chooseWords } from '../../encode/choose-words.js'
import { compactFile } from '../../encode/node/compact-vectors.js'
import { readWordVectors } from '../../encode/node/read-word-vectors.js'
import { vectorFile } from '../../encode/node/vector-package.js'
import { Counter } from '../../encode/vocabulary.js'
import { wantedForms } from '../../encode/word-vectors.js'

export interface CompactRequest {
  readonly out: string
  /** Whether an existing file is replaced. */
  readonly force?: boolean
  /** Words to keep, at most. Default: all. */
  readonly words?: number
  /** Corpora whose words have a place before others. */
  readonly keepWordsOf?: readonly string[]
  /** How often a word must occur in them. Default: 1. */
  readonly minCount?: number
  readonly reading?: ReadOptions
  readonly onProgress?: (message: string) => void
}

/** What a compact vector file was made from, and what is in it. */
export interface CompactReport {
  readonly from: string
  readonly out: string
  readonly bytes: number
  readonly dim: number
  readonly words: number
  /** Vectors in the source. */
  readonly sourceWords: number
  /** Of the corpora: how many words have a vector that is kept, and how many have one that found no place. */
  readonly corpora: { readonly kept: number; readonly leftOut: number }
  /** What the source has that no file of vectors needs. */
  readonly unused: { readonly duplicates: number; readonly withSpaces: number }
}

/**
 * Writes the word vectors that matter as a compact file.
 * @throws InputError `output/place`; EncodeError, CorpusError as the readers
 */
export async function compactVectors(source: string, request: CompactRequest): Promise<CompactReport> {
  const { out, force, words, keepWordsOf = [], minCount = 1, reading, onProgress = () => {} } = request
  checkNewOutput(out, force)
  const counts = await countWordsOf(keepWordsOf, minCount, reading, onProgress)
  onProgress(`${source}: reading vectors`)
  const vectors = await readWordVectors(vectorFile(source), {
    ...(words !== undefined && { first: words }),
    ...(words !== undefined && { keep: wantedForms(counts.keys()) }),
  })
  const most = words ?? Number.POSITIVE_INFINITY
  const { words: chosen, ofTexts, leftOut, withSpaces } = chooseWords(vectors, counts, most)
  const parts = compactFile(vectors, chosen)
  writeOutput(out, parts)
  return {
    from: source,
    out,
    bytes: parts.reduce((sum, { length }) => sum + length, 0),
    dim: vectors.dim,
    words: chosen.length,
    sourceWords: vectors.words,
    corpora: { kept: ofTexts, leftOut },
    unused: { duplicates: vectors.duplicates, withSpaces: vectors.withSpaces + withSpaces },
  }
}

async function countWordsOf(
  corpora: readonly string[],
  minCount: number,
  reading: ReadOptions | undefined,
  onProgress: (message: string) => void,
): Promise<ReadonlyMap<string, number>> {
  const counter = new Counter()
  for (const path of corpora) {
    onProgress(`${path}: counting words`)
    for await (const { tokens } of readSentences(path, { ...reading, columns: false }))
      for (const token of tokens) counter.add(token)
  }
  return new Map([...counter.counts].filter(([, count]) => count >= minCount))
}
