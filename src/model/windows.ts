/** Tokens of context that a window sees on either side of its own. */
const CONTEXT = 128

/** A stretch `[start, end)` of a sentence, of which the tokens `skip … skip + take − 1` are the window's own. */
export interface Window {
  readonly start: number
  readonly end: number
  readonly skip: number
  readonly take: number
}

/**
 * Covers a sentence with windows of at most `size` tokens: every token is one window's own, and sees at least
 * `CONTEXT` tokens on either side where the sentence has them.
 *
 * @param size more than twice the context
 * @example
 * windowsOf(3, 4096) // [{ start: 0, end: 3, skip: 0, take: 3 }]
 */
export function windowsOf(length: number, size: number): Window[] {
  if (length === 0) return []
  if (length <= size) return [{ start: 0, end: length, skip: 0, take: length }]
  const windows: Window[] = []
  let own = 0
  while (own < length) {
    const start = Math.max(0, own - CONTEXT)
    const end = Math.min(length, start + size)
    const ownEnd = end === length ? length : end - CONTEXT
    windows.push({ start, end, skip: own - start, take: ownEnd - own })
    own = ownEnd
  }
  return windows
}
