import { shapeOf } from '../../encode/word-shape.js'
import type { WordCounts } from './counts.js'

export interface SuffixOptions {
  /** The longest suffix, in code points. */
  readonly suffixLength: number
  /** Words that occur at most this often teach the suffixes. */
  readonly rareCount: number
}

/**
 * The tags of words that training did not see, by their suffixes (Brants 2000, section 2.3): the shares of tags among rare
 * words with the same suffix, each smoothed by those of the suffix that is a letter shorter. Words of different case have
 * suffixes of their own.
 */
export class UnknownWords {
  /** Counts of tags by kind of word and suffix. */
  private readonly suffixes = new Map<string, Float64Array>()
  private readonly smoothing: number
  private readonly known = new Map<string, Float64Array>()

  /** @param priors share of each tag among all tokens */
  constructor(
    { words, first, tags, counts }: WordCounts,
    private readonly priors: Float64Array,
    private readonly options: SuffixOptions,
  ) {
    words.forEach((word, w) => {
      let total = 0
      for (let i = first[w]; i < first[w + 1]; i++) total += counts[i]
      if (total > options.rareCount) return
      for (const suffix of this.suffixesOf(word)) {
        const own = this.suffixes.get(suffix) ?? new Float64Array(priors.length)
        for (let i = first[w]; i < first[w + 1]; i++) own[tags[i]] += counts[i]
        this.suffixes.set(suffix, own)
      }
    })
    this.smoothing = deviation(priors)
  }

  /** The probability of each tag for a word. @returns not to be changed */
  tagsOf(word: string): Float64Array {
    const found = this.known.get(word)
    if (found) return found
    let shares: Float64Array = this.priors
    for (const suffix of this.suffixesOf(word)) {
      const counts = this.suffixes.get(suffix)
      if (!counts) break
      const total = counts.reduce((sum, count) => sum + count, 0)
      const before = shares
      shares = counts.map(
        (count, tag) => (count / total + this.smoothing * before[tag]) / (1 + this.smoothing),
      )
    }
    if (this.known.size >= KEPT) this.known.clear()
    this.known.set(word, shares)
    return shares
  }

  /** A word's suffixes, shortest first, beginning with the empty one; each with the word's kind. */
  private *suffixesOf(word: string): Generator<string> {
    const kind = kindOf(word)
    const characters = [...word]
    const longest = Math.min(this.options.suffixLength, characters.length)
    let suffix = ''
    yield `${kind} `
    for (let length = 1; length <= longest; length++) {
      suffix = characters[characters.length - length] + suffix
      yield `${kind} ${suffix}`
    }
  }
}

/** Words whose tags are remembered. */
const KEPT = 100_000

/** Capitals, letters, digits: the outline of the word, one sign for a run. */
function kindOf(word: string): string {
  return shapeOf(word).replace(/(.)\1/gu, '$1').slice(0, 6)
}

/** The standard deviation of the tags' shares. */
function deviation(shares: Float64Array): number {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, shares.length - 1))
}
