/** A text's words, and the windows through which a span model reads those of a long text. */
import type { TextRange } from '../../text/token.js'

/** Words as span models are trained on them: runs of letters and digits, joined by `-` or `_`; any other character alone. */
const WORD = /[\p{L}\p{N}_]+(?:[-_][\p{L}\p{N}_]+)*|\S/gu

export function wordsOf(text: string): TextRange[] {
  return Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({ start: index, end: index + word.length }))
}

export interface WindowLimits {
  readonly words: number
  readonly pieces: number
  /** Words that two windows share, so that what crosses the end of one is whole in the other. */
  readonly shared: number
}

/**
 * Ranges of words that are read at once, in order: all of them where there is room.
 * @param pieces of each word
 */
export function wordWindows(
  pieces: readonly number[],
  { words, pieces: room, shared }: WindowLimits,
): { readonly from: number; readonly to: number }[] {
  const windows: { from: number; to: number }[] = []
  let from = 0
  while (from < pieces.length) {
    let to = from
    let used = 0
    while (to < pieces.length && to - from < words && (used + pieces[to] <= room || to === from))
      used += pieces[to++]
    windows.push({ from, to })
    if (to === pieces.length) break
    // As much of the last window as leaves room for the next word.
    const least = Math.max(from + 1, to - Math.min(shared, words - 1, (to - from) >> 1))
    let left = room - pieces[to]
    from = to
    while (from > least && pieces[from - 1] <= left) left -= pieces[--from]
  }
  return windows
}

export interface FoundSpan {
  /** Words, the end exclusive. */
  readonly start: number
  readonly end: number
  readonly type: number
  readonly score: number
}

/** The likeliest spans that do not overlap, in order: each takes its words from those that are less likely. */
export function greedySpans(found: readonly FoundSpan[]): FoundSpan[] {
  const chosen: FoundSpan[] = []
  const taken = new Set<number>()
  for (const span of [...found].sort((a, b) => b.score - a.score)) {
    let isFree = true
    for (let word = span.start; word < span.end; word++) if (taken.has(word)) isFree = false
    if (!isFree) continue
    for (let word = span.start; word < span.end; word++) taken.add(word)
    chosen.push(span)
  }
  return chosen.sort((a, b) => a.start - b.start)
}
