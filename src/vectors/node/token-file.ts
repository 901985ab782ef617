import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { option, say } from '../../base/fault.js'

/** Ends a sentence in a file of numbers. */
export const END = -1

/** A `Map` takes 16.7 million entries; text with more different words has something else in it. */
const MOST_WORDS = 16_000_000
const BUFFER = 1 << 18

/** What a text was turned into: a file of int32, and the words that are frequent enough. */
export interface TokenFile {
  readonly path: string
  /** Numbers in the file, ends of sentences included. */
  readonly length: number
  /** Most frequent first; of equals the one that came first. */
  readonly words: readonly string[]
  readonly counts: Float64Array
  /** By number in the file: the word's place in `words`, or −1 for a word that is too rare. */
  readonly ranks: Int32Array
  /** Tokens of the text, and those that are words with vectors. */
  readonly tokens: number
  readonly kept: number
  readonly sentences: number
}

/**
 * Writes a text as numbers, so that it is read and cut only once: words are numbered as they come.
 *
 * @param path a file that must not exist yet
 * @param onTokens called now and then
 * @throws InputError `vectors/text` for text without two words that are frequent enough
 */
export async function writeTokenFile(
  path: string,
  sentences: AsyncIterable<readonly string[]>,
  { minCount, onTokens }: { readonly minCount: number; readonly onTokens?: (tokens: number) => void },
): Promise<TokenFile> {
  const file = openSync(path, 'wx')
  const ids = new Map<string, number>()
  let counts = new Float64Array(1 << 16)
  const buffer = new Int32Array(BUFFER)
  let [filled, length, tokens, sentenceCount] = [0, 0, 0, 0]
  const flush = () => {
    const bytes = new Uint8Array(buffer.buffer, 0, 4 * filled)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    length += filled
    filled = 0
  }
  const put = (value: number) => {
    buffer[filled++] = value
    if (filled === BUFFER) flush()
  }
  try {
    for await (const sentence of sentences) {
      if (sentence.length === 0) continue
      for (const token of sentence) {
        let id = ids.get(token)
        if (id === undefined) {
          id = ids.size
          if (id === MOST_WORDS) throw tooManyWords()
          ids.set(token, id)
          if (id === counts.length) counts = grown(counts)
        }
        counts[id]++
        put(id)
      }
      put(END)
      tokens += sentence.length
      sentenceCount++
      if ((sentenceCount & 1023) === 0) onTokens?.(tokens)
    }
    flush()
  } finally {
    closeSync(file)
  }
  const chosen = [...ids]
    .filter(([, id]) => counts[id] >= minCount)
    .sort((a, b) => counts[b[1]] - counts[a[1]] || a[1] - b[1])
  if (chosen.length < 2)
    throw new InputError('vectors/text', {
      where: 'the text',
      expected: `two or more words that occur at least ${minCount} times`,
      got: `${tokens} words, ${chosen.length} of which are so frequent`,
      remedy: say`give more text, or lower ${option('minCount')}`,
    })
  const ranks = new Int32Array(ids.size).fill(-1)
  chosen.forEach(([, id], rank) => void (ranks[id] = rank))
  const ownCounts = Float64Array.from(chosen, ([, id]) => counts[id])
  return {
    ...{ path, length, tokens, sentences: sentenceCount, ranks, counts: ownCounts },
    words: chosen.map(([word]) => word),
    kept: ownCounts.reduce((sum, count) => sum + count, 0),
  }
}

function grown(counts: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(2 * counts.length)
  wider.set(counts)
  return wider
}

function tooManyWords(): InputError {
  return new InputError('vectors/text', {
    where: 'the text',
    expected: `at most ${MOST_WORDS} different words`,
    got: 'more',
    remedy: say`give less text, or turn digits and capitals into one form with ${option('normalize')}`,
  })
}

/** A part of a token file, from a sentence's beginning to a sentence's end. */
export interface TokenRange {
  readonly from: number
  readonly to: number
}

/**
 * Reads the sentences of a range, as ranks of words; too rare words are left out.
 * @param take called for each sentence with a buffer that is reused, how many numbers of it are the sentence's, and how many
 *   tokens it has in the text
 */
export function readTokenRange(
  path: string,
  { from, to }: TokenRange,
  ranks: Int32Array,
  take: (words: Int32Array, count: number, tokens: number) => void,
): void {
  const file = openSync(path, 'r')
  const buffer = new Int32Array(BUFFER)
  const bytes = new Uint8Array(buffer.buffer)
  let sentence = new Int32Array(1024)
  let [count, tokens] = [0, 0]
  try {
    for (let at = from; at < to; ) {
      const wanted = 4 * Math.min(BUFFER, to - at)
      let got = 0
      while (got < wanted) {
        const read = readSync(file, bytes, got, wanted - got, 4 * at + got)
        if (read === 0) throw new Error(`${path} was cut short while it was read`)
        got += read
      }
      for (let i = 0; i < wanted / 4; i++) {
        const id = buffer[i]
        if (id === END) {
          take(sentence, count, tokens)
          count = 0
          tokens = 0
          continue
        }
        tokens++
        const rank = ranks[id]
        if (rank < 0) continue
        if (count === sentence.length) {
          const wider = new Int32Array(2 * count)
          wider.set(sentence)
          sentence = wider
        }
        sentence[count++] = rank
      }
      at += wanted / 4
    }
  } finally {
    closeSync(file)
  }
}

/** Cuts a token file into ranges of about the same length, at ends of sentences. Some may be empty. */
export function tokenRanges(
  { path, length }: Pick<TokenFile, 'path' | 'length'>,
  parts: number,
): TokenRange[] {
  const file = openSync(path, 'r')
  const one = new Int32Array(1024)
  const bytes = new Uint8Array(one.buffer)
  const boundary = (near: number): number => {
    for (let at = near; at < length; at += one.length) {
      const read = readSync(file, bytes, 0, bytes.length, 4 * at)
      const end = one.subarray(0, read / 4).indexOf(END)
      if (end >= 0) return at + end + 1
    }
    return length
  }
  try {
    const cuts = Array.from({ length: parts - 1 }, (_, i) => boundary(Math.floor(((i + 1) * length) / parts)))
    const all = [0, ...cuts, length]
    return Array.from({ length: parts }, (_, i) => ({ from: all[i], to: all[i + 1] }))
  } finally {
    closeSync(file)
  }
}
