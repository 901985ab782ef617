import { byCodePoint } from '../base/code-point-order.js'
import { EncodeError } from './encode-error.js'

/** Id 0: padding. */
const PAD = '<PAD>'
/** Id 1: everything that the training data does not have. */
const UNKNOWN = '<UNK>'
export const PAD_ID = 0
export const UNKNOWN_ID = 1

/** Counts how often each item occurs; pass its `counts` to `Vocabulary.fromCounts`. */
export class Counter {
  readonly counts = new Map<string, number>()

  add(item: string, times = 1): void {
    this.counts.set(item, (this.counts.get(item) ?? 0) + times)
  }
}

/**
 * A fixed list of strings and the number of each: `<PAD>` 0, `<UNK>` 1, then the rest by falling frequency, equally
 * frequent ones by code point. Made from training data alone. Immutable.
 */
export class Vocabulary {
  /** By id; the first two are `<PAD>` and `<UNK>`. */
  readonly entries: readonly string[]
  private readonly ids: ReadonlyMap<string, number>

  /** @param entries all of them, the special ones first: millions, where there are pretrained vectors */
  private constructor(entries: string[]) {
    this.entries = Object.freeze(entries)
    // The special entries cannot be looked up: a token "<PAD>" is a word like any other, and unknown unless seen.
    const ids = new Map<string, number>()
    for (let id = 2; id < entries.length; id++) ids.set(entries[id], id)
    this.ids = ids
  }

  private static of(entries: Iterable<string>): Vocabulary {
    return new Vocabulary([PAD, UNKNOWN, ...entries])
  }

  /**
   * @param options.minCount entries that occur less often are left to `<UNK>`; default 1: all are kept
   * @example
   * const counter = new Counter()
   * for (const word of ['the', 'cat', 'the']) counter.add(word)
   * Vocabulary.fromCounts(counter.counts).id('the') // 2
   */
  static fromCounts(
    counts: ReadonlyMap<string, number>,
    { minCount = 1 }: { readonly minCount?: number } = {},
  ): Vocabulary {
    const kept = [...counts]
      .filter(([, count]) => count >= minCount)
      .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || byCodePoint(a, b))
    return Vocabulary.of(kept.map(([entry]) => entry))
  }

  /** @throws EncodeError `encode/vocabulary` for anything that `toJSON` did not write. */
  static fromJSON(value: unknown, where: string): Vocabulary {
    const fault = (expected: string, got: string) =>
      new EncodeError('encode/vocabulary', {
        where,
        expected,
        got,
        remedy: 'the file was not written by this program or has been changed; train again',
      })
    if (!Array.isArray(value)) throw fault('a list of strings', typeof value)
    const wrong = value.findIndex(entry => typeof entry !== 'string')
    if (wrong >= 0) throw fault(`a string as entry ${wrong}`, typeof value[wrong])
    const entries = value as string[]
    if (entries[PAD_ID] !== PAD || entries[UNKNOWN_ID] !== UNKNOWN)
      throw fault(`${PAD} and ${UNKNOWN} first`, JSON.stringify(entries.slice(0, 2)))
    const vocabulary = new Vocabulary(entries)
    if (vocabulary.ids.size !== entries.length - 2) {
      const seen = new Set<string>()
      const twice = entries.slice(2).find(entry => seen.size === seen.add(entry).size)
      throw fault('every entry once', `${JSON.stringify(twice)} twice`)
    }
    return vocabulary
  }

  toJSON(): readonly string[] {
    return this.entries
  }

  get size(): number {
    return this.entries.length
  }

  /** How many entries there are besides `<PAD>` and `<UNK>`. */
  get known(): number {
    return this.entries.length - 2
  }

  /** The entries besides `<PAD>` and `<UNK>`, in the order of their ids. */
  words(): readonly string[] {
    return this.entries.slice(2)
  }

  /** The entry's number; `UNKNOWN_ID` for anything that is not an entry. */
  id(entry: string): number {
    return this.ids.get(entry) ?? UNKNOWN_ID
  }

  has(entry: string): boolean {
    return this.ids.has(entry)
  }

  /** The entries that pass, in their order, under new ids. */
  filtered(isKept: (entry: string) => boolean): Vocabulary {
    return Vocabulary.of(this.words().filter(isKept))
  }

  /** The same entries under the same ids, and after them the new ones of `more` in the order given. */
  extended(more: Iterable<string>): Vocabulary {
    const added = new Set<string>()
    for (const entry of more) if (!this.ids.has(entry)) added.add(entry)
    return new Vocabulary([...this.entries, ...added])
  }
}
