const CAPACITY = 1 << 15

/**
 * One copy of each recurring string. A token cut out of a block of lines would otherwise keep the whole block alive,
 * and a corpus of a million tokens has a few ten thousand different ones. Forgets all when full, so it stays small.
 */
export class Interner {
  private known = new Map<string, string>()

  intern(text: string): string {
    const copy = this.known.get(text)
    if (copy !== undefined) return copy
    if (this.known.size >= CAPACITY) this.known = new Map()
    // A string of 13 characters or more may be a window into its block; appending makes a string of its own.
    const own = text.length < 13 ? text : ` ${text}`.slice(1)
    this.known.set(own, own)
    return own
  }
}
