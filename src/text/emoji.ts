import { classAt, MARK, PICTOGRAPH, REGIONAL, widthAt } from './characters.js'

const KEYCAP = 0x20e3
const VARIATION_16 = 0xfe0f
const ZERO_WIDTH_JOINER = 0x200d

/** The end of a keycap sequence (`1️⃣`, `#️⃣`) at an offset, or the offset itself if there is none. */
export function scanKeycap(text: string, at: number, end: number): number {
  const unit = text.charCodeAt(at)
  if (!((unit >= 0x30 && unit <= 0x39) || unit === 0x23 || unit === 0x2a)) return at
  const mark = text.charCodeAt(at + 1) === VARIATION_16 ? at + 2 : at + 1
  return mark < end && text.charCodeAt(mark) === KEYCAP ? mark + 1 : at
}

/** Tag characters U+E0020 … U+E007F, which spell the region of a flag such as Scotland's. */
function isTag(codePoint: number): boolean {
  return codePoint >= 0xe0020 && codePoint <= 0xe007f
}

function isModifier(codePoint: number): boolean {
  return codePoint >= 0x1f3fb && codePoint <= 0x1f3ff
}

/**
 * The end of the emoji sequence at an offset (Unicode TS #51: flags, skin tones, variation selectors, tags, pictographs
 * joined by U+200D) with any combining marks, or the offset itself if there is none.
 *
 * @example
 * scanEmoji('👩🏽‍🚀!', 0, 8) // 7
 */
export function scanEmoji(text: string, at: number, end: number): number {
  const first = classAt(text, at, end)
  if (first === REGIONAL) {
    const second = at + 2
    const flagEnd = classAt(text, second, end) === REGIONAL ? second + 2 : second
    return trailing(text, flagEnd, end)
  }
  if (first !== PICTOGRAPH) return at
  let i = at
  for (;;) {
    i = trailing(text, i + widthAt(text, i), end)
    const joined = text.charCodeAt(i - 1) === ZERO_WIDTH_JOINER && classAt(text, i, end) === PICTOGRAPH
    if (!joined) return i
  }
}

/** Skips what may follow an emoji's base: marks (such as U+FE0F and U+200D), skin tones, tags. */
function trailing(text: string, at: number, end: number): number {
  let i = at
  while (i < end) {
    const codePoint = text.codePointAt(i) ?? 0
    const belongs = classAt(text, i, end) === MARK || isTag(codePoint) || isModifier(codePoint)
    if (!belongs) return i
    i += widthAt(text, i)
  }
  return i
}
