import { tokenize } from '../text/tokenize.js'
import type { Offsets } from './sentence.js'

/**
 * The tokens of a text, cut further at the given places, so that no entity begins or ends inside of one.
 * @param cuts offsets in UTF-16 code units, in any order
 */
export function tokenRanges(text: string, cuts: readonly number[]): Offsets[] {
  const sorted = [...new Set(cuts)].sort((a, b) => a - b)
  const ranges: Offsets[] = []
  let next = 0
  for (const { start, end } of tokenize(text)) {
    let from = start
    while (next < sorted.length && sorted[next] <= start) next++
    while (next < sorted.length && sorted[next] < end) {
      ranges.push({ start: from, end: sorted[next] })
      from = sorted[next++]
    }
    ranges.push({ start: from, end })
  }
  return ranges
}

export function sliceAll(text: string, ranges: readonly Offsets[]): string[] {
  return ranges.map(({ start, end }) => text.slice(start, end))
}

/** Whether an offset falls between the halves of a surrogate pair. */
export function splitsPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff
}
