import { IntList } from '../../base/int-list.js'

/** Another hash in every process, so that nobody can write a model whose texts all meet in one place. It changes no result. */
const MULTIPLIER = (Math.floor(Math.random() * 2 ** 32) & ~7) | 3

/** Numbers texts from 0 on. A part of a text is one too, and need not be cut out. */
export class TextNumbers {
  /** Open addressing: the number of a text plus one; 0: none. */
  private places = new Int32Array(1 << 8)
  private readonly hashes = new IntList()
  /** Text `i` is `owners[i].slice(starts[i], ends[i])`. */
  private readonly owners: string[] = []
  private readonly starts = new IntList()
  private readonly ends = new IntList()

  /** The number of `text.slice(from, to)`; −1 where it has none. */
  find(text: string, from = 0, to = text.length): number {
    return this.places[this.placeOf(text, from, to, hashOf(text, from, to))] - 1
  }

  /** The number of `text.slice(from, to)`, a new one if it has none. */
  add(text: string, from = 0, to = text.length): number {
    const hash = hashOf(text, from, to)
    const place = this.placeOf(text, from, to, hash)
    if (this.places[place] > 0) return this.places[place] - 1
    this.hashes.push(hash)
    this.starts.push(from)
    this.ends.push(to)
    const number = this.owners.push(text) - 1
    this.places[place] = number + 1
    if (2 * this.owners.length > this.places.length) this.double()
    return number
  }

  textOf(number: number): string {
    return this.owners[number].slice(this.starts.at(number), this.ends.at(number))
  }

  /** Where a text is, or would be. */
  private placeOf(text: string, from: number, to: number, hash: number): number {
    const mask = this.places.length - 1
    let place = hash & mask
    for (; this.places[place] > 0; place = (place + 1) & mask) {
      const number = this.places[place] - 1
      if (this.hashes.at(number) === hash && this.isText(number, text, from, to)) break
    }
    return place
  }

  private isText(number: number, text: string, from: number, to: number): boolean {
    const start = this.starts.at(number)
    if (this.ends.at(number) - start !== to - from) return false
    const owner = this.owners[number]
    for (let at = from; at < to; at++)
      if (owner.charCodeAt(start + at - from) !== text.charCodeAt(at)) return false
    return true
  }

  private double(): void {
    this.places = new Int32Array(2 * this.places.length)
    const mask = this.places.length - 1
    for (let number = 0; number < this.owners.length; number++) {
      let place = this.hashes.at(number) & mask
      while (this.places[place] > 0) place = (place + 1) & mask
      this.places[place] = number + 1
    }
  }
}

function hashOf(text: string, from: number, to: number): number {
  let hash = to - from
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), MULTIPLIER)
  return hash ^ (hash >>> 15)
}
