import { tokenize } from '../text/tokenize.js'
import type { Offsets } from './sentence.js'

/**
 * The tokens of a text, split further at the given places, so that no entity begins or ends inside of a token.
 * @param places offsets in UTF-16 code units, in any order
 */
export function tokenRanges(text: string, places: Iterable<number>): Offsets[] {
  return splitRanges(tokenize(text), places)
}

/** Ranges, in order and without overlaps, split at the given places. */
export function splitRanges(ranges: Iterable<Offsets>, places: Iterable<number>): Offsets[] {
  const sorted = [...new Set(places)].sort((a, b) => a - b)
  const parts: Offsets[] = []
  let next = 0
  for (const { start, end } of ranges) {
    let from = start
    while (next < sorted.length && sorted[next] <= start) next++
    while (next < sorted.length && sorted[next] < end) {
      parts.push({ start: from, end: sorted[next] })
      from = sorted[next++]
    }
    parts.push({ start: from, end })
  }
  return parts
}

export function sliceAll(text: string, ranges: readonly Offsets[]): string[] {
  return ranges.map(({ start, end }) => text.slice(start, end))
}

/** Whether an offset is between the halves of a surrogate pair. */
export function splitsPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff
}
