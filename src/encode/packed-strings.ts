import { EncodeError } from './encode-error.js'

/** Strings as numbers, end to end. */
export interface PackedLists {
  /** Of each string: how many UTF-16 code units it has; with `WIDE` added where they have two bytes each. */
  readonly lengths: Uint16Array
  /** The code units: one byte each where all of a string's are below 256, else two, the lower one first. */
  readonly units: Uint8Array
}

const WIDE = 0x8000
/** Code units of a string, at most. */
const LONGEST = WIDE - 1

/** @returns `undefined` where a string is too long to be packed */
export function packStrings(strings: readonly string[]): PackedLists | undefined {
  const lengths = new Uint16Array(strings.length)
  let bytes = 0
  for (const [i, text] of strings.entries()) {
    if (text.length > LONGEST) return undefined
    const isWide = hasWide(text)
    lengths[i] = text.length + (isWide ? WIDE : 0)
    bytes += isWide ? 2 * text.length : text.length
  }
  const units = new Uint8Array(bytes)
  let to = 0
  for (const [i, text] of strings.entries())
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      units[to++] = unit & 0xff
      if (lengths[i] >= WIDE) units[to++] = unit >> 8
    }
  return { lengths, units }
}

function hasWide(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return true
  return false
}

/** FNV-1a, 32 bits. */
const [OFFSET_BASIS, PRIME] = [0x811c9dc5, 0x01000193]
/** Strings that are looked at for one, at most: a list that was made to need more gets a `Map`, whose hashes nobody knows. */
const MOST_PROBES = 1000

/**
 * Different strings that are looked up without having been made: a list that was read is numbers, and a table of hashes over
 * them. Immutable.
 */
export class PackedStrings {
  readonly size: number
  /** Where each string begins, in bytes. */
  private readonly starts: Uint32Array
  /** Number of the string in each place, plus one; 0: none. Its length is a power of two. */
  private readonly places: Int32Array
  /** In place of `places`. */
  private readonly numbers: ReadonlyMap<string, number> | undefined

  private constructor(
    private readonly lists: PackedLists,
    where: string,
  ) {
    this.size = lists.lengths.length
    this.starts = startsOf(lists, where)
    const hashes = hashesOf(lists, this.starts)
    this.places = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.size + 2)))
    const { places, size } = this
    const mask = places.length - 1
    for (let i = 0; i < size; i++) {
      const hash = hashes[i]
      let place = placeOf(hash, mask)
      let probes = 0
      for (; places[place] > 0; place = (place + 1) & mask) {
        const other = places[place] - 1
        if (hashes[other] === hash && this.areSame(i, other)) throw this.twice(i, where)
        if (++probes > MOST_PROBES) break
      }
      if (probes > MOST_PROBES) {
        this.numbers = this.numbered(where)
        break
      }
      places[place] = i + 1
    }
  }

  /** @throws EncodeError `encode/vocabulary` for what `packStrings` does not return, and for a string that is there twice */
  static read(lists: PackedLists, where: string): PackedStrings {
    return new PackedStrings(lists, where)
  }

  /** @param i from 0 to `size` − 1 */
  at(i: number): string {
    let text = ''
    for (let unit = 0; unit < this.lengthOf(i); unit++) text += String.fromCharCode(this.unitOf(i, unit))
    return text
  }

  /** All strings, in their order. */
  all(): string[] {
    return Array.from({ length: this.size }, (_, i) => this.at(i))
  }

  /** The number of a string; −1 where it is none of them. */
  find(text: string): number {
    if (this.numbers) return this.numbers.get(text) ?? -1
    let hash = OFFSET_BASIS
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME)
    const mask = this.places.length - 1
    for (let place = placeOf(hash, mask); this.places[place] > 0; place = (place + 1) & mask) {
      const i = this.places[place] - 1
      if (this.equals(i, text)) return i
    }
    return -1
  }

  private equals(i: number, text: string): boolean {
    if (this.lengthOf(i) !== text.length) return false
    for (let at = 0; at < text.length; at++) if (this.unitOf(i, at) !== text.charCodeAt(at)) return false
    return true
  }

  private lengthOf(i: number): number {
    return this.lists.lengths[i] & LONGEST
  }

  private unitOf(i: number, at: number): number {
    const { lengths, units } = this.lists
    const start = this.starts[i]
    return lengths[i] < WIDE ? units[start + at] : units[start + 2 * at] | (units[start + 2 * at + 1] << 8)
  }

  private areSame(a: number, b: number): boolean {
    const length = this.lengthOf(a)
    if (this.lengthOf(b) !== length) return false
    for (let at = 0; at < length; at++) if (this.unitOf(a, at) !== this.unitOf(b, at)) return false
    return true
  }

  private numbered(where: string): ReadonlyMap<string, number> {
    const numbers = new Map<string, number>()
    for (let i = 0; i < this.size; i++) {
      if (numbers.has(this.at(i))) throw this.twice(i, where)
      numbers.set(this.at(i), i)
    }
    return numbers
  }

  private twice(i: number, where: string): EncodeError {
    return damaged(where, 'every entry once', `${JSON.stringify(this.at(i).slice(0, 60))} twice`)
  }
}

/** Where each string begins, in bytes. @throws EncodeError where they do not fill `units` */
function startsOf({ lengths, units }: PackedLists, where: string): Uint32Array {
  const starts = new Uint32Array(lengths.length)
  let start = 0
  for (let i = 0; i < lengths.length; i++) {
    starts[i] = start
    start += lengths[i] < WIDE ? lengths[i] : 2 * (lengths[i] - WIDE)
    if (start > units.length) throw damaged(where, `${units.length} bytes of text`, 'longer strings')
  }
  if (start !== units.length) throw damaged(where, `${start} bytes of text`, `${units.length}`)
  return starts
}

/** One loop without calls: it runs once, before any of it is compiled well. */
function hashesOf({ lengths, units }: PackedLists, starts: Uint32Array): Int32Array {
  const hashes = new Int32Array(lengths.length)
  for (let i = 0; i < lengths.length; i++) {
    let hash = OFFSET_BASIS
    const start = starts[i]
    if (lengths[i] < WIDE)
      for (let at = start; at < start + lengths[i]; at++) hash = Math.imul(hash ^ units[at], PRIME)
    else
      for (let at = start; at < start + 2 * (lengths[i] - WIDE); at += 2)
        hash = Math.imul(hash ^ (units[at] | (units[at + 1] << 8)), PRIME)
    hashes[i] = hash
  }
  return hashes
}

/** The lower bits of FNV-1a are the product of lower bits alone: the upper ones are mixed in. */
function placeOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask
}

function damaged(where: string, expected: string, got: string): EncodeError {
  return new EncodeError('encode/vocabulary', {
    where,
    expected,
    got,
    remedy: 'the file was not written by this program or has been changed; train again',
  })
}
