import { type CodeRanges, codeRangesOf } from './character-set.js'

/** The class of what is before the first and after the last character. */
export const EDGE = 0

/**
 * Characters that a pattern cannot tell apart have one class: a pattern reads classes, of which there are few.
 * Class 0 is the edge of the text.
 */
export class Alphabet {
  readonly size: number
  /** By set, then class: whether the set has the class. */
  private readonly members: readonly Uint8Array[]
  private readonly numbers = new Map<string, number>()
  /** The first code point of each run, and the run's class. */
  private readonly firsts: readonly number[]
  private readonly classes: readonly number[]
  /** Classes of the first 2¹⁶ code points in pages of 256, most of which are the same. */
  private readonly pages: readonly Uint16Array[]
  private readonly ascii: Uint16Array

  /** @param sets as they are written in the pattern */
  constructor(sets: Iterable<string>, ignoreCase: boolean) {
    const sources = [...new Set(sets)]
    sources.forEach((source, number) => void this.numbers.set(source, number))
    const ranges = sources.map(source => codeRangesOf(source, ignoreCase))
    const edges = new Set([0, ...ranges.flat()])
    edges.delete(0x110000)
    this.firsts = [...edges].sort((a, b) => a - b)
    const known = new Map<string, number>()
    const members: string[] = []
    this.classes = signatures(this.firsts, ranges).map(signature => {
      let number = known.get(signature)
      if (number === undefined) {
        number = known.size + 1
        known.set(signature, number)
        members.push(signature)
      }
      return number
    })
    this.size = known.size + 1
    this.members = sources.map((_, set) => Uint8Array.from([0, ...members.map(own => Number(own[set]))]))
    this.pages = this.makePages()
    this.ascii = this.pages[0].slice(0, 128)
  }

  setOf(source: string): Uint8Array {
    return this.members[this.numbers.get(source) ?? -1]
  }

  classOf(code: number): number {
    if (code < 128) return this.ascii[code]
    return code < 0x10000 ? this.pages[code >> 8][code & 255] : this.search(code)
  }

  private search(code: number): number {
    let [low, high] = [0, this.firsts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.firsts[middle] <= code) low = middle
      else high = middle - 1
    }
    return this.classes[low]
  }

  private makePages(): Uint16Array[] {
    const uniform = new Map<number, Uint16Array>()
    let run = 0
    return Array.from({ length: 256 }, (_, page) => {
      const first = page << 8
      while (run + 1 < this.firsts.length && this.firsts[run + 1] <= first) run++
      if (run + 1 === this.firsts.length || this.firsts[run + 1] >= first + 256) {
        const own = this.classes[run]
        let same = uniform.get(own)
        if (!same) uniform.set(own, (same = new Uint16Array(256).fill(own)))
        return same
      }
      return Uint16Array.from({ length: 256 }, (_, i) => this.search(first + i))
    })
  }
}

/** For each run of code points, which sets have it: `01` for the second of two. */
function signatures(firsts: readonly number[], ranges: readonly CodeRanges[]): string[] {
  const next = ranges.map(() => 0)
  return firsts.map(first =>
    ranges
      .map((own, set) => {
        while (next[set] < own.length && own[next[set]] <= first) next[set]++
        // An odd number of edges at or before this one: inside a range.
        return next[set] % 2
      })
      .join(''),
  )
}
