/** What an HMM counts in its training corpus: tags in threes, and words with their tags. */

/** Tags are numbers; two more stand for the places before a sentence and after it. */
export interface TrigramCounts {
  readonly tags: number
  /** Rows of three tags each, every one once, in rising order. `[n, 3]` */
  readonly trigrams: Int32Array
  /** How often each occurs, above 0. `[n]` */
  readonly counts: Float64Array
}

/** What words occur with which tags. */
export interface WordCounts {
  /** By number, each once. */
  readonly words: readonly string[]
  /** The tags of word `w` are `tags[first[w] … first[w + 1] − 1]`, with `counts[…]`. `[words + 1]` */
  readonly first: Int32Array
  readonly tags: Int32Array
  readonly counts: Float64Array
}

export interface HmmCounts {
  readonly trigrams: TrigramCounts
  readonly words: WordCounts
}

/** The place before a sentence, in a model of `tags` tags. */
export function startOf(tags: number): number {
  return tags
}

/** The place after a sentence. */
export function endOf(tags: number): number {
  return tags + 1
}

/** Counts sentence by sentence. */
export class HmmCounter {
  private readonly trigrams = new Map<number, number>()
  private readonly words = new Map<string, Map<number, number>>()

  /** @param tags of the model */
  constructor(private readonly tags: number) {}

  /** @param weight how often the sentence counts */
  add(tokens: readonly string[], gold: ArrayLike<number>, weight = 1): void {
    const [start, end] = [startOf(this.tags), endOf(this.tags)]
    let [first, second] = [start, start]
    for (let t = 0; t <= tokens.length; t++) {
      const third = t === tokens.length ? end : gold[t]
      const key = this.keyOf(first, second, third)
      this.trigrams.set(key, (this.trigrams.get(key) ?? 0) + weight)
      if (t < tokens.length) {
        const own = this.words.get(tokens[t]) ?? new Map<number, number>()
        own.set(third, (own.get(third) ?? 0) + weight)
        this.words.set(tokens[t], own)
      }
      ;[first, second] = [second, third]
    }
  }

  /** What was counted, in an order that depends on the data alone. */
  result(): HmmCounts {
    const places = this.tags + 2
    const keys = [...this.trigrams.keys()].sort((a, b) => a - b)
    const words = [...this.words.keys()]
    const pairs = words.map(word => [...(this.words.get(word) ?? [])].sort(([a], [b]) => a - b))
    const first = new Int32Array(words.length + 1)
    pairs.forEach((own, i) => {
      first[i + 1] = first[i] + own.length
    })
    const flat = pairs.flat()
    return {
      trigrams: {
        tags: this.tags,
        trigrams: Int32Array.from(
          keys.flatMap(key => [
            Math.floor(key / (places * places)),
            Math.floor(key / places) % places,
            key % places,
          ]),
        ),
        counts: Float64Array.from(keys, key => this.trigrams.get(key) ?? 0),
      },
      words: {
        words,
        first,
        tags: Int32Array.from(flat, ([tag]) => tag),
        counts: Float64Array.from(flat, ([, count]) => count),
      },
    }
  }

  private keyOf(first: number, second: number, third: number): number {
    const places = this.tags + 2
    return (first * places + second) * places + third
  }
}
