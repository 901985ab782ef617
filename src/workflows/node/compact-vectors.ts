import { option } from '../../base/fault.js'
import { checkNewOutput, writeOutput } from '../../base/node/output-file.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { chooseWords } from '../../encode/choose-words.js'
import { EncodeError } from '../../encode/encode-error.js'
import { type FilledVectors, fillVectors, LEARNABLE, leastWords } from '../../encode/fill-vectors.js'
import { compactFile } from '../../encode/node/compact-vectors.js'
import { Counter } from '../../encode/vocabulary.js'
import { WordSequences } from '../../encode/word-sequences.js'
import { type WordVectors, wantedForms } from '../../encode/word-vectors.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'

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
  /** Corpora from whose contexts frequent words are filled in that the vectors lack. */
  readonly fillFrom?: readonly string[]
  /** How often a word must occur in them. Default: 100. */
  readonly fillCount?: number
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
  /** Words that the source lacks, and how well it can be done for words that it has; absent if nothing was asked for. */
  readonly filled?: Pick<FilledVectors, 'filled' | 'heldOut'>
  /** What the source has that no file of vectors needs. */
  readonly unused: { readonly duplicates: number; readonly withSpaces: number }
}

/**
 * Writes the word vectors that matter as a compact file, and before them those that were filled in.
 * @throws InputError `output/place`; EncodeError, CorpusError as the readers; EncodeError where the corpora to fill from
 *   are too small
 */
export async function compactVectors(source: string, request: CompactRequest): Promise<CompactReport> {
  const { out, force, words = Number.POSITIVE_INFINITY, fillFrom, onProgress = () => {} } = request
  checkNewOutput(out, force)
  const counts = await countWordsOf(request)
  const texts = fillFrom && (await readTexts(fillFrom, request))
  onProgress(`${source}: reading vectors`)
  const keep = wantedForms([...counts.keys(), ...(texts?.words ?? [])])
  const read = await readWordVectors(source, { first: words, keep })
  if (texts) onProgress(`${source}: filling in missing words`)
  const filled = texts && fill(read, texts, request)
  const added = filled?.filled.slice(0, words).map(({ word }) => word) ?? []
  const chosen = chooseWords(read, counts, words - added.length)
  const all = [...added, ...chosen.words]
  const parts = compactFile(filled?.vectors ?? read, all)
  writeOutput(out, parts)
  return {
    from: source,
    out,
    bytes: parts.reduce((sum, { length }) => sum + length, 0),
    dim: read.dim,
    words: all.length,
    sourceWords: read.words,
    corpora: { kept: chosen.ofTexts, leftOut: chosen.leftOut },
    ...(filled && { filled: { filled: filled.filled.slice(0, words), heldOut: filled.heldOut } }),
    unused: { duplicates: read.duplicates, withSpaces: read.withSpaces + chosen.withSpaces },
  }
}

function fill(
  vectors: WordVectors,
  texts: WordSequences,
  { fillFrom = [], fillCount = 100 }: CompactRequest,
): FilledVectors {
  const filled = fillVectors(vectors, texts, fillCount)
  if (!('tooFew' in filled)) return filled
  throw new EncodeError('encode/vectors', {
    where: option('fillFrom'),
    expected: `text with ${leastWords(vectors.dim)} or more words that have a vector and occur ${LEARNABLE} times`,
    got: `${filled.tooFew} in ${fillFrom.join(', ')}`,
    remedy: 'give more text',
  })
}

async function countWordsOf(request: CompactRequest): Promise<ReadonlyMap<string, number>> {
  const { keepWordsOf = [], minCount = 1 } = request
  const counter = new Counter()
  await readTokens(keepWordsOf, 'counting words', request, tokens => {
    for (const token of tokens) counter.add(token)
  })
  return new Map([...counter.counts].filter(([, count]) => count >= minCount))
}

async function readTexts(corpora: readonly string[], request: CompactRequest): Promise<WordSequences> {
  const texts = new WordSequences()
  await readTokens(corpora, 'reading contexts', request, tokens => texts.add(tokens))
  return texts
}

async function readTokens(
  corpora: readonly string[],
  purpose: string,
  { reading, onProgress = () => {} }: CompactRequest,
  take: (tokens: readonly string[]) => void,
): Promise<void> {
  for (const path of corpora) {
    onProgress(`${path}: ${purpose}`)
    for await (const { tokens } of readSentences(path, { ...reading, columns: false })) take(tokens)
  }
}
