/** Whole numbers of a place: the pair, and what it leads to plus one. */
const STRIDE = 3

/** Another hash in every process, so that nobody can write a model whose pairs all meet in one place. It changes no result. */
const [FIRST, SECOND] = [oddNumber(), oddNumber()]

/**
 * Numbers of pairs of whole numbers, all from 0 to 2³¹ − 2.
 * @example
 * const table = new PairTable()
 * table.set(3, 4, 5)
 * table.find(3, 4) // 5
 * table.find(4, 3) // −1
 */
export class PairTable {
  /** Open addressing: a pair is in the first free place from that of its hash on. */
  private places: Int32Array
  /** The number of places, a power of two, less one. */
  private mask: number
  private size = 0

  /** @param expected pairs for which there is room at once */
  constructor(expected = 0) {
    this.mask = 2 ** Math.ceil(Math.log2(256 + 1.5 * expected)) - 1
    this.places = new Int32Array(STRIDE * (this.mask + 1))
  }

  /** The number of a pair; −1 where it has none. */
  find(a: number, b: number): number {
    return this.places[this.placeOf(a, b) + 2] - 1
  }

  set(a: number, b: number, number: number): void {
    let place = this.placeOf(a, b)
    if (this.places[place + 2] === 0) {
      if (3 * ++this.size > 2 * this.mask) {
        this.double()
        place = this.placeOf(a, b)
      }
      this.places[place] = a
      this.places[place + 1] = b
    }
    this.places[place + 2] = number + 1
  }

  /** Where a pair is, or would be. */
  private placeOf(a: number, b: number): number {
    const { places, mask } = this
    let hash = Math.imul(a, FIRST) + Math.imul(b, SECOND)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    let i = (hash ^ (hash >>> 16)) & mask
    for (;;) {
      const place = STRIDE * i
      if (places[place + 2] === 0 || (places[place] === a && places[place + 1] === b)) return place
      i = (i + 1) & mask
    }
  }

  private double(): void {
    const { places: old } = this
    this.mask = 2 * this.mask + 1
    this.places = new Int32Array(STRIDE * (this.mask + 1))
    for (let from = 0; from < old.length; from += STRIDE) {
      if (old[from + 2] === 0) continue
      const to = this.placeOf(old[from], old[from + 1])
      for (let i = 0; i < STRIDE; i++) this.places[to + i] = old[from + i]
    }
  }
}

function oddNumber(): number {
  return Math.floor(Math.random() * 2 ** 32) | 1
}
