import { endOf, type TrigramCounts } from './counts.js'

/**
 * Probabilities of a tag after two others, interpolated from those of single tags, pairs and threes. The weights come from
 * deleted interpolation (Brants 2000, figure 1): each three votes for the order that would predict it best if it were not
 * in the corpus.
 */
export class TagModel {
  /** Weights of single tags, pairs and threes. They sum to 1. */
  readonly weights: readonly [number, number, number]
  /** By tag; the place after a sentence is one. */
  readonly unigrams: Float64Array
  readonly total: number
  private readonly bigrams = new Map<number, number>()
  private readonly trigrams = new Map<number, number>()
  private readonly contexts = new Map<number, number>()
  private readonly pairContexts: Float64Array
  private readonly places: number

  constructor({ tags, trigrams, counts }: TrigramCounts) {
    const places = tags + 2
    this.places = places
    this.unigrams = new Float64Array(places)
    this.pairContexts = new Float64Array(places)
    const add = (map: Map<number, number>, key: number, count: number) =>
      map.set(key, (map.get(key) ?? 0) + count)
    counts.forEach((count, i) => {
      const [a, b, c] = trigrams.subarray(3 * i, 3 * i + 3)
      this.unigrams[c] += count
      this.pairContexts[b] += count
      add(this.bigrams, b * places + c, count)
      add(this.trigrams, (a * places + b) * places + c, count)
      add(this.contexts, a * places + b, count)
    })
    this.total = this.unigrams.reduce((sum, count) => sum + count, 0)
    this.weights = this.interpolation(trigrams, counts)
  }

  /** The probability of tag `c` after `a` and `b`; the places before and after a sentence are tags. */
  probability(a: number, b: number, c: number): number {
    const { places, weights } = this
    const context = this.contexts.get(a * places + b) ?? 0
    const share = (count: number, of: number) => (of > 0 ? count / of : 0)
    return (
      weights[0] * share(this.unigrams[c], this.total) +
      weights[1] * share(this.bigrams.get(b * places + c) ?? 0, this.pairContexts[b]) +
      weights[2] * share(this.trigrams.get((a * places + b) * places + c) ?? 0, context)
    )
  }

  private interpolation(trigrams: Int32Array, counts: Float64Array): readonly [number, number, number] {
    const votes: [number, number, number] = [0, 0, 0]
    const { places } = this
    const share = (count: number, of: number) => (of > 1 ? (count - 1) / (of - 1) : 0)
    counts.forEach((count, i) => {
      const [a, b, c] = trigrams.subarray(3 * i, 3 * i + 3)
      const shares = [
        share(this.unigrams[c], this.total),
        share(this.bigrams.get(b * places + c) ?? 0, this.pairContexts[b]),
        share(count, this.contexts.get(a * places + b) ?? 0),
      ]
      // Of equal shares, the longer context is the safer one.
      const top = shares[2] >= shares[1] && shares[2] >= shares[0] ? 2 : shares[1] >= shares[0] ? 1 : 0
      votes[top] += count
    })
    const sum = votes[0] + votes[1] + votes[2]
    // Every step must stay possible.
    const least = 1e-6
    if (sum === 0) return [1, 0, 0]
    const floored = votes.map(vote => Math.max(vote / sum, least))
    const all = floored.reduce((total, vote) => total + vote, 0)
    return [floored[0] / all, floored[1] / all, floored[2] / all]
  }

  /** The share of tag `c` among all tags of tokens. */
  prior(c: number): number {
    const tokens = this.total - this.unigrams[endOf(this.places - 2)]
    return tokens > 0 ? this.unigrams[c] / tokens : 0
  }
}
