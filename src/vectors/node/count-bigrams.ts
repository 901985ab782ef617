import { rmSync } from 'node:fs'
import { forgetUnfinished, temporarySibling, trackUnfinished } from '../../base/node/temporary.js'
import type { Bigrams } from '../brown.js'
import { readTokenRange, writeTokenFile } from './token-file.js'

export interface CountedText {
  readonly words: readonly string[]
  readonly counts: Float64Array
  readonly bigrams: Bigrams
  readonly tokens: number
  readonly sentences: number
}

/**
 * Counts which frequent words follow each other within sentences. Memory grows with the number of different words and of
 * different pairs of frequent ones; the text itself is kept in a temporary file.
 *
 * @param limits how often a word must occur, and how many words are kept at most
 * @throws InputError `vectors/text` for text without two frequent words
 */
export async function countBigrams(
  sentences: AsyncIterable<readonly string[]>,
  limits: { readonly minCount: number; readonly words: number },
  { near, onTokens }: { readonly near: string; readonly onTokens?: (tokens: number) => void },
): Promise<CountedText> {
  const path = temporarySibling(near)
  trackUnfinished(path)
  try {
    const file = await writeTokenFile(path, sentences, { minCount: limits.minCount, onTokens })
    const kept = Math.min(limits.words, file.words.length)
    const following = Array.from({ length: kept }, () => new Map<number, number>())
    // A word that is left out stands between its neighbors all the same.
    const ranks = file.ranks.map(rank => (rank < 0 || rank >= kept ? kept : rank))
    readTokenRange(path, { from: 0, to: file.length }, ranks, (ids, count) => {
      for (let i = 1; i < count; i++) {
        if (ids[i] === kept || ids[i - 1] === kept) continue
        const own = following[ids[i - 1]]
        own.set(ids[i], (own.get(ids[i]) ?? 0) + 1)
      }
    })
    const words = file.words.slice(0, kept)
    const bigrams = packed(following)
    return {
      words,
      counts: file.counts.slice(0, kept),
      bigrams,
      tokens: file.tokens,
      sentences: file.sentences,
    }
  } finally {
    rmSync(path, { force: true })
    forgetUnfinished(path)
  }
}

function packed(following: readonly ReadonlyMap<number, number>[]): Bigrams {
  const length = following.reduce((sum, own) => sum + own.size, 0)
  const starts = new Int32Array(following.length + 1)
  const [next, counts] = [new Int32Array(length), new Int32Array(length)]
  let at = 0
  following.forEach((own, w) => {
    for (const [word, count] of [...own].sort(([a], [b]) => a - b)) {
      next[at] = word
      counts[at++] = count
    }
    starts[w + 1] = at
  })
  return { words: following.length, starts, next, counts }
}
