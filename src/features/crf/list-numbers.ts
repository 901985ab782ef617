import type { IntList } from '../../base/int-list.js'

/**
 * Finds lists of whole numbers again. Lists lie one behind the other in `items`; list `i` ends before `ends[i]`. Others may add
 * lists there too: those are not found.
 */
export class ListNumbers {
  /** Open addressing: the number of a list plus one; 0: none. */
  private places = new Int32Array(1 << 8)
  /** By place. */
  private hashes = new Int32Array(1 << 8)
  private size = 0

  constructor(
    private readonly items: IntList,
    private readonly ends: IntList,
  ) {}

  /** The number of a list; a new one is added. */
  numberOf(list: readonly number[]): number {
    let hash = list.length
    for (const item of list) {
      hash = Math.imul(hash ^ item, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const mask = this.places.length - 1
    let place = hash & mask
    for (; this.places[place] > 0; place = (place + 1) & mask)
      if (this.hashes[place] === hash && this.isAt(this.places[place] - 1, list))
        return this.places[place] - 1
    for (const item of list) this.items.push(item)
    this.ends.push(this.items.length)
    this.places[place] = this.ends.length
    this.hashes[place] = hash
    if (2 * ++this.size > mask) this.double()
    return this.ends.length - 1
  }

  private isAt(number: number, list: readonly number[]): boolean {
    const start = number === 0 ? 0 : this.ends.at(number - 1)
    if (this.ends.at(number) - start !== list.length) return false
    for (let i = 0; i < list.length; i++) if (this.items.at(start + i) !== list[i]) return false
    return true
  }

  private double(): void {
    const { places, hashes } = this
    this.places = new Int32Array(2 * places.length)
    this.hashes = new Int32Array(2 * places.length)
    const mask = this.places.length - 1
    for (let from = 0; from < places.length; from++) {
      if (places[from] === 0) continue
      let place = hashes[from] & mask
      while (this.places[place] > 0) place = (place + 1) & mask
      this.places[place] = places[from]
      this.hashes[place] = hashes[from]
    }
  }
}
