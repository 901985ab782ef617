/** Longer tokens are told apart by their beginning and their length. */
const LONGEST = 100
/** No more different words get a number of their own. */
const CAPACITY = 4_000_000

/** Numbers words from 0, in order of first appearance, in bounded memory. */
export class WordNumbers {
  private readonly numbers = new Map<string, number>()

  of(token: string): number {
    const key = token.length > LONGEST ? `${token.slice(0, LONGEST)} ${token.length}` : token
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const { size } = this.numbers
    if (size < CAPACITY) this.numbers.set(key, size)
    return size
  }
}
