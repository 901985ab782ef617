import { byCodePoint } from '../base/code-point-order.js'
import { EncodeError } from './encode-error.js'
import { PackedStrings } from './packed-strings.js'

/** Id 0: padding. */
const PAD = '<PAD>'
/** Id 1: everything that the training data does not have. */
const UNKNOWN = '<UNK>'
export const PAD_ID = 0
export const UNKNOWN_ID = 1
/** How many special entries there are. */
const SPECIAL = 2

/** Words by number, from 0. */
interface WordIndex {
  readonly size: number
  /** The number of a word; −1 where there is none. */
  readonly find: (word: string) => number
  /** How many different words there are; absent where all are. */
  readonly different?: number
  readonly all?: () => readonly string[]
}

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
  readonly size: number
  /** All entries, the special ones first; made when it is asked for, where the words came packed. */
  private list: readonly string[] | undefined

  private constructor(private readonly index: WordIndex) {
    this.size = SPECIAL + index.size
  }

  private static of(entries: Iterable<string>): Vocabulary {
    return Vocabulary.ofList([PAD, UNKNOWN, ...entries])
  }

  /** @param entries all of them, the special ones first: millions, where there are pretrained vectors */
  private static ofList(entries: readonly string[]): Vocabulary {
    // The special entries cannot be looked up: a token "<PAD>" is a word like any other, and unknown unless seen.
    const numbers = new Map<string, number>()
    for (let id = SPECIAL; id < entries.length; id++) numbers.set(entries[id], id - SPECIAL)
    const vocabulary = new Vocabulary({
      size: entries.length - SPECIAL,
      find: word => numbers.get(word) ?? -1,
      different: numbers.size,
    })
    vocabulary.list = Object.freeze(entries)
    return vocabulary
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

  /**
   * @param value what `toJSON` wrote, or the words besides the special entries
   * @throws EncodeError `encode/vocabulary` for anything else
   */
  static fromJSON(value: unknown, where: string): Vocabulary {
    if (value instanceof PackedStrings) return new Vocabulary(value)
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
    const vocabulary = Vocabulary.ofList(entries)
    if (vocabulary.index.different !== vocabulary.known) {
      const seen = new Set<string>()
      const twice = entries.slice(SPECIAL).find(entry => seen.size === seen.add(entry).size)
      throw fault('every entry once', `${JSON.stringify(twice)} twice`)
    }
    return vocabulary
  }

  toJSON(): readonly string[] {
    return this.entries
  }

  /** By id; the first two are `<PAD>` and `<UNK>`. */
  get entries(): readonly string[] {
    this.list ??= Object.freeze([PAD, UNKNOWN, ...(this.index.all?.() ?? [])])
    return this.list
  }

  /** How many entries there are besides `<PAD>` and `<UNK>`. */
  get known(): number {
    return this.index.size
  }

  /** The entries besides `<PAD>` and `<UNK>`, in the order of their ids. */
  words(): readonly string[] {
    return this.entries.slice(SPECIAL)
  }

  /** The entry's number; `UNKNOWN_ID` for anything that is not an entry. */
  id(entry: string): number {
    const found = this.index.find(entry)
    return found < 0 ? UNKNOWN_ID : found + SPECIAL
  }

  has(entry: string): boolean {
    return this.index.find(entry) >= 0
  }

  /** The entries that pass, in their order, under new ids. */
  filtered(isKept: (entry: string) => boolean): Vocabulary {
    return Vocabulary.of(this.words().filter(isKept))
  }

  /** The same entries under the same ids, and after them the new ones of `more` in the order given. */
  extended(more: Iterable<string>): Vocabulary {
    const added = new Set<string>()
    for (const entry of more) if (!this.has(entry)) added.add(entry)
    return Vocabulary.ofList([...this.entries, ...added])
  }
}
