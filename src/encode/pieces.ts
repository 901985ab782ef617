/**
 * Subword pieces by byte-pair encoding over characters (Sennrich, Haddow & Birch 2016), learned from the training data:
 * starting from single characters, the most frequent pair of neighbors becomes one piece, again and again.
 * A piece that does not begin its word is written with `##` in front, as in BERT: `Bab`, `##bage`.
 */
import { byCodePoint } from '../base/code-point-order.js'
import { EncodeError } from './encode-error.js'

const CONTINUED = '##'

/** Two neighboring pieces that become one. Earlier merges of a list go first. */
export type Merge = readonly [left: string, right: string]

/** Characters of a word that are merged; the rest of a longer word stays in single characters. */
const MERGED_CHARACTERS = 100

/**
 * Learns the merges.
 *
 * @param counts how often each word occurs
 * @param size the most different pieces to end with, single characters included
 * @returns merges in the order they were found; pairs that occur once are left alone. Depends only on the counts:
 *   equally frequent pairs are ordered by code point.
 * @example
 * learnMerges(new Map([['lower', 5], ['lowest', 3]]), 12)[0] // ['##o', '##w'] or another pair that occurs 8 times
 */
export function learnMerges(counts: ReadonlyMap<string, number>, size: number): Merge[] {
  const words = [...counts].map(([word, count]) => ({ pieces: singleCharacters(word), count }))
  const known = new Set(words.flatMap(({ pieces }) => pieces))
  const pairs = new PairCounts()
  words.forEach(({ pieces, count }, word) => {
    for (let i = 1; i < pieces.length; i++) pairs.add(pieces[i - 1], pieces[i], count, word)
  })
  const merges: Merge[] = []
  while (known.size < size) {
    const best = pairs.mostFrequent()
    if (!best) break
    const { left, right, words: holders } = best
    const merged = join(left, right)
    merges.push([left, right])
    known.add(merged)
    for (const word of [...holders]) {
      const { pieces, count } = words[word]
      for (let i = 1; i < pieces.length; i++) pairs.add(pieces[i - 1], pieces[i], -count, word)
      const next = mergeOnce(pieces, left, right, merged)
      words[word].pieces = next
      for (let i = 1; i < next.length; i++) pairs.add(next[i - 1], next[i], count, word)
    }
  }
  return merges
}

/** How often two neighbors occur together, and in which words. */
interface Pair {
  readonly left: string
  readonly right: string
  readonly words: Set<number>
  count: number
}

class PairCounts {
  private readonly pairs = new Map<string, Pair>()

  add(left: string, right: string, count: number, word: number): void {
    const key = `${left}\n${right}`
    let pair = this.pairs.get(key)
    if (!pair) {
      pair = { left, right, count: 0, words: new Set() }
      this.pairs.set(key, pair)
    }
    pair.count += count
    if (count > 0) pair.words.add(word)
    if (pair.count === 0) this.pairs.delete(key)
  }

  /** A pair that occurs at least twice. */
  mostFrequent(): Pair | undefined {
    let best: Pair | undefined
    for (const pair of this.pairs.values()) {
      if (pair.count < 2 || (best && pair.count < best.count)) continue
      const order = best && (byCodePoint(pair.left, best.left) || byCodePoint(pair.right, best.right))
      if (!best || pair.count > best.count || (order ?? 0) < 0) best = pair
    }
    return best
  }
}

/** Splits words into pieces. */
export class PieceSplitter {
  private readonly rank: ReadonlyMap<string, number>

  constructor(readonly merges: readonly Merge[]) {
    this.rank = new Map(merges.map(([left, right], i) => [`${left}\n${right}`, i]))
  }

  /**
   * @param word not empty
   * @returns at least one piece; without `##` they spell the word
   */
  split(word: string): string[] {
    const characters = singleCharacters(word)
    let pieces = characters.slice(0, MERGED_CHARACTERS)
    for (;;) {
      let best = Number.POSITIVE_INFINITY
      for (let i = 1; i < pieces.length; i++)
        best = Math.min(best, this.rank.get(`${pieces[i - 1]}\n${pieces[i]}`) ?? best)
      if (best === Number.POSITIVE_INFINITY) return [...pieces, ...characters.slice(MERGED_CHARACTERS)]
      const [left, right] = this.merges[best]
      pieces = mergeOnce(pieces, left, right, join(left, right))
    }
  }
}

/** @throws EncodeError `encode/pieces` for anything but a list of pairs of texts */
export function parseMerges(value: unknown, where: string): Merge[] {
  const isMerge = (item: unknown): item is Merge =>
    Array.isArray(item) && item.length === 2 && item.every(part => typeof part === 'string' && part !== '')
  if (Array.isArray(value) && value.every(isMerge)) return value
  throw new EncodeError('encode/pieces', {
    where,
    expected: 'a list of pairs of texts',
    got: 'something else',
    remedy: 'the file was not written by this program or has been changed; train again',
  })
}

function singleCharacters(word: string): string[] {
  return [...word].map((character, i) => (i === 0 ? character : CONTINUED + character))
}

function join(left: string, right: string): string {
  return left + right.slice(CONTINUED.length)
}

/** Every `left, right`, from the left, as `merged`. */
function mergeOnce(pieces: readonly string[], left: string, right: string, merged: string): string[] {
  const result: string[] = []
  for (let i = 0; i < pieces.length; i++)
    if (pieces[i] === left && pieces[i + 1] === right) {
      result.push(merged)
      i++
    } else result.push(pieces[i])
  return result
}
