import { toCodePointOffsets } from '../../text/offsets.js'
import type { TextRange } from '../../text/token.js'

/** Unit of offsets in an answer. */
export type OffsetUnit = 'utf16' | 'codepoint'

/** Ranges of a text, which count UTF-16 code units, in the unit that was asked for. */
export function inUnit<Range extends TextRange>(
  text: string,
  ranges: readonly Range[],
  unit: OffsetUnit,
): readonly Range[] {
  if (unit === 'utf16' || ranges.length === 0) return ranges
  return toCodePointOffsets(text, ranges).map(({ start, end }, i) => ({ ...ranges[i], start, end }))
}
