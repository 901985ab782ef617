/** Units of context on either side of a window's own; at most a quarter of the window. */
const CONTEXT = 128

/** A range `[start, end)` of a sentence, of which the units `skip … skip + take − 1` are the window's own. */
export interface Window {
  readonly start: number
  readonly end: number
  readonly skip: number
  readonly take: number
}

/**
 * Covers a sentence with windows of at most `size` units. Each unit is one window's own and has at least `CONTEXT` units
 * of context on either side, if the sentence has them, or a quarter of the window if that is fewer.
 *
 * @param size 1 or more
 * @example
 * windowsOf(3, 4096) // [{ start: 0, end: 3, skip: 0, take: 3 }]
 */
export function windowsOf(length: number, size: number): Window[] {
  if (length === 0) return []
  if (length <= size) return [{ start: 0, end: length, skip: 0, take: length }]
  const context = Math.min(CONTEXT, Math.floor(size / 4))
  const windows: Window[] = []
  let own = 0
  while (own < length) {
    const start = Math.max(0, own - context)
    const end = Math.min(length, start + size)
    const ownEnd = end === length ? length : end - context
    windows.push({ start, end, skip: own - start, take: ownEnd - own })
    own = ownEnd
  }
  return windows
}
