import type { FilePlace } from '../../base/fault.js'
import { IntList } from '../../base/int-list.js'
import type { Check, CheckContext, CheckedSentence, CheckKind } from './check.js'
import { share, warning } from './finding.js'

const NEAR_COPIES = warning(
  'near-copies',
  'sentences are nearly the same as one in an earlier file, so that scores on this one are too good',
  'remove them from one of the files, or split the corpus by documents',
)

/** Shorter sentences are alike by chance. */
const SHORTEST = 8
/** So much of the pairs of neighboring words must be the same (Jaccard index). */
const ALIKE = 0.7
/** Fewer hardly change a score. */
const FEW = 0.01
/**
 * Minima of a sentence's hashes, in bands. Two sentences are compared if all minima of a band are equal. With a Jaccard
 * index of J, the probability is about 1 - (1 - J²)⁸: 0.995 for 0.7.
 */
const MINIMA = 16
const BAND = 2
const BANDS = MINIMA / BAND
/** Sentences that are compared with one, at most. */
const COMPARED = 20
/** Pairs of words of earlier files that are kept, at most. */
const CAPACITY = 20_000_000

/**
 * Sentences that are nearly the same as one in an earlier file. Candidates are found by the minima of hashes (Broder 1997),
 * computed from one hash per pair of words (Li et al. 2012), and then compared. Exact copies are left to `duplicates`.
 */
export const nearCopies: CheckKind = {
  finds: [NEAR_COPIES],
  create: context => (context.files.length > 1 ? new NearCopyCheck(context) : {}),
}

interface Found {
  readonly where: FilePlace
  readonly text: string
}

class NearCopyCheck implements Check {
  /** Sentences of earlier files in each bucket of minima, by number. */
  private readonly buckets = new Map<number, number | number[]>()
  /** The sorted pairs of all these sentences, and where each sentence's begin; its file and line. */
  private readonly pairs = new IntList()
  private readonly starts = new IntList()
  private readonly files = new IntList()
  private readonly lines = new IntList()
  private examples: Found[] = []
  private count = 0

  constructor(private readonly context: CheckContext) {
    this.starts.push(0)
  }

  add({ file, words, tokens, at }: CheckedSentence): void {
    if (words.length < SHORTEST) return
    const pairs = pairsOf(words)
    const keys = bandsOf(pairs)
    if (file > 0) this.look(file, pairs, keys, tokens, at)
    if (file < this.context.files.length - 1 && this.pairs.length < CAPACITY)
      this.keep(file, pairs, keys, at())
  }

  endFile(summary: { readonly file: string; readonly sentences: number }): void {
    const { count, examples } = this
    if (count > 0) {
      const { log } = this.context
      const text = share(count, summary.sentences, 'sentences')
      log.add(NEAR_COPIES, { file: summary.file }, text, {
        times: count,
        total: summary.sentences,
        severity: count < FEW * summary.sentences ? 'info' : 'warning',
      })
      for (const { where, text } of examples) log.add(NEAR_COPIES, where, text, { times: 0 })
    }
    this.count = 0
    this.examples = []
  }

  private keep(file: number, pairs: Int32Array, keys: readonly number[], { line = 0 }: FilePlace): void {
    const number = this.files.length
    for (const pair of pairs) this.pairs.push(pair)
    this.starts.push(this.pairs.length)
    this.files.push(file)
    this.lines.push(line)
    for (const key of keys) {
      const bucket = this.buckets.get(key)
      if (bucket === undefined) this.buckets.set(key, number)
      else if (typeof bucket === 'number') this.buckets.set(key, [bucket, number])
      else if (bucket.length < COMPARED) bucket.push(number)
    }
  }

  private look(
    file: number,
    pairs: Int32Array,
    keys: readonly number[],
    tokens: readonly string[],
    at: CheckedSentence['at'],
  ): void {
    const candidates = new Set<number>()
    for (const key of keys) {
      const bucket = this.buckets.get(key)
      if (typeof bucket === 'number') candidates.add(bucket)
      else for (const number of bucket ?? []) if (candidates.size < COMPARED) candidates.add(number)
    }
    let best = -1
    let most = 0
    for (const number of candidates) {
      if (this.files.at(number) === file) continue
      const alike = this.alike(pairs, number)
      if (alike <= most) continue
      most = alike
      best = number
    }
    // The same pairs in the same order are an exact copy.
    if (best < 0 || most < ALIKE || most === 1) return
    this.count++
    if (this.examples.length < 4) {
      const twin = `${this.context.files[this.files.at(best)]}:${this.lines.at(best)}`
      const text = `as ${twin} (${(100 * most).toFixed(0)}%): ${tokens.slice(0, 10).join(' ')}${tokens.length > 10 ? ' …' : ''}`
      this.examples.push({ where: at(), text })
    }
  }

  /** The Jaccard index of two sentences' pairs. */
  private alike(pairs: Int32Array, number: number): number {
    const end = this.starts.at(number + 1)
    let i = 0
    let k = this.starts.at(number)
    const others = end - k
    let same = 0
    while (i < pairs.length && k < end) {
      const difference = pairs[i] - this.pairs.at(k)
      if (difference === 0) same++
      if (difference <= 0) i++
      if (difference >= 0) k++
    }
    return same / (pairs.length + others - same)
  }
}

/** Hashes of all pairs of neighboring words, in order, each once. */
function pairsOf(words: readonly number[]): Int32Array {
  const pairs = new Int32Array(words.length - 1)
  for (let i = 0; i + 1 < words.length; i++)
    pairs[i] = mixed(Math.imul(words[i], 0x9e3779b1) ^ mixed(words[i + 1] + 0x7f4a7c15))
  pairs.sort()
  let length = 0
  for (const pair of pairs) if (length === 0 || pairs[length - 1] !== pair) pairs[length++] = pair
  return pairs.subarray(0, length)
}

const EMPTY = 0x7fffffff

/** A key for each band of the minima. */
function bandsOf(pairs: Int32Array): number[] {
  const minima = new Int32Array(MINIMA).fill(EMPTY)
  for (const pair of pairs) {
    const hash = mixed(pair ^ 0x5bd1e995)
    const bin = hash & (MINIMA - 1)
    if (hash < minima[bin]) minima[bin] = hash
  }
  // An empty bin takes the minimum of the next one that is not empty (Shrivastava & Li 2014).
  const filled = minima.map((minimum, bin) => {
    if (minimum !== EMPTY) return minimum
    let distance = 1
    while (minima[(bin + distance) % MINIMA] === EMPTY) distance++
    return mixed(minima[(bin + distance) % MINIMA] + distance)
  })
  return Array.from({ length: BANDS }, (_, band) => {
    const key = mixed(filled[BAND * band] ^ Math.imul(filled[BAND * band + 1], 0x85ebca6b))
    return (key >>> 0) * BANDS + band
  })
}

/** Murmur3's finalizer. */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
