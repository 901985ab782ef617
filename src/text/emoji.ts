const KEYCAP = 0x20e3
const VARIATION_16 = 0xfe0f

/** The end of a keycap sequence (`1️⃣`, `#️⃣`) at an offset, or the offset itself if there is none. */
export function scanKeycap(text: string, at: number, end: number): number {
  const unit = text.charCodeAt(at)
  if (!((unit >= 0x30 && unit <= 0x39) || unit === 0x23 || unit === 0x2a)) return at
  const mark = text.charCodeAt(at + 1) === VARIATION_16 ? at + 2 : at + 1
  return mark < end && text.charCodeAt(mark) === KEYCAP ? mark + 1 : at
}

const PICTOGRAPH = '(?![\\p{L}\\p{N}\\p{M}])[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]'
/** Marks (such as U+FE0F and U+200D), tag characters (which spell Scotland's flag) and skin tones. */
const TRAILING = '[\\p{M}\\u200C\\u200D\\u{E0020}-\\u{E007F}\\u{1F3FB}-\\u{1F3FF}]*'
const EMOJI = new RegExp(
  `\\p{RI}\\p{RI}?${TRAILING}|${PICTOGRAPH}${TRAILING}(?:(?<=\\u200D)${PICTOGRAPH}${TRAILING})*`,
  'uy',
)

/**
 * The end of the emoji sequence at an offset (Unicode TS #51: flags, skin tones, variation selectors, tags, pictographs
 * joined by U+200D) with any combining marks, or the offset itself if there is none.
 *
 * @example
 * scanEmoji('👩🏽‍🚀!', 0, 8) // 7
 */
export function scanEmoji(text: string, at: number, end: number): number {
  EMOJI.lastIndex = at
  return EMOJI.test(text) ? Math.min(EMOJI.lastIndex, end) : at
}
