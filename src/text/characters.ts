/**
 * Classes of characters for the tokenizer, from the Unicode properties of the JavaScript engine. Words consist of the
 * classes UPPER … NUMBER, so these must have consecutive numbers.
 */
export const SPACE = 0
/** Lu and Lt. */
export const UPPER = 1
/** Ll. */
export const LOWER = 2
/** Lo and Lm of scripts that write spaces between words. */
export const LETTER = 3
/** Nd, of any script. */
export const DIGIT = 4
/** Nl and No: Roman numerals, fractions, superscripts. */
export const NUMBER = 5
/** Han, hiragana, Yi and bopomofo: written without spaces, one token per character. */
export const IDEOGRAPH = 6
/** Katakana: a run is a token, since it spells one borrowed word. */
export const KATAKANA = 7
/** Thai, Lao, Khmer, Burmese and their relatives: written without spaces, one token per cluster. */
export const CLUSTERED = 8
/** Combining marks and the zero-width (non-)joiner: they belong to the character before them. */
export const MARK = 9
/** Invisible format characters (soft hyphen, word joiner, byte order mark, text direction). */
export const FORMAT = 10
/** U+200B, which separates words but is not white space. */
export const ZERO_WIDTH_SPACE = 11
export const PICTOGRAPH = 12
/** Regional indicators; two make a flag. */
export const REGIONAL = 13
export const CURRENCY = 14
export const OPEN = 15
export const CLOSE = 16
/** Straight quotes and the backtick, which open and close. */
export const QUOTE = 17
const PUNCTUATION = 18
const SYMBOL = 19
/** Controls, private use, unassigned, lone surrogates. */
export const OTHER = 20

/** A letter of class CLUSTERED. */
export const CLUSTERED_LETTER =
  '(?=\\p{L})[\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tai_Le}\\p{Script=New_Tai_Lue}\\p{Script=Tai_Tham}\\p{Script=Tai_Viet}]'

/** The first pattern that matches gives the class. */
const RULES: readonly (readonly [RegExp, number])[] = [
  [/^\p{White_Space}/u, SPACE],
  [/^\u200B/u, ZERO_WIDTH_SPACE],
  [/^[\p{M}\u200C\u200D]/u, MARK],
  [/^[\p{Script=Katakana}\u30FC\uFF70]/u, KATAKANA],
  [/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Yi}\p{Script=Bopomofo}\u3006]/u, IDEOGRAPH],
  [new RegExp(`^${CLUSTERED_LETTER}`, 'u'), CLUSTERED],
  [/^[\p{Lu}\p{Lt}]/u, UPPER],
  [/^\p{Ll}/u, LOWER],
  [/^\p{L}/u, LETTER],
  [/^\p{Nd}/u, DIGIT],
  [/^\p{N}/u, NUMBER],
  [/^\p{Regional_Indicator}/u, REGIONAL],
  [/^[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u, PICTOGRAPH],
  [/^\p{Sc}/u, CURRENCY],
  [/^[\p{Ps}\p{Pi}]/u, OPEN],
  [/^[\p{Pe}\p{Pf}]/u, CLOSE],
  [/^["'`´＂＇]/u, QUOTE],
  [/^\p{P}/u, PUNCTUATION],
  [/^\p{S}/u, SYMBOL],
  [/^\p{Cf}/u, FORMAT],
]

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  for (const [pattern, value] of RULES) if (pattern.test(character)) return value
  return OTHER
}

const PAGE = 256
const pages: (Uint8Array | undefined)[] = []

function pageOf(number: number): Uint8Array {
  let page = pages[number]
  if (page === undefined) {
    page = Uint8Array.from({ length: PAGE }, (_, i) => classify(number * PAGE + i))
    pages[number] = page
  }
  return page
}

const firstPage = pageOf(0)

/** The class of a code point (0 … 0x10FFFF). Classes are computed when first needed, in pages of 256. */
function classOf(codePoint: number): number {
  return codePoint < PAGE ? firstPage[codePoint] : pageOf(codePoint >>> 8)[codePoint & 0xff]
}

/** The class of the character at a UTF-16 offset, or SPACE at or past `end`. */
export function classAt(text: string, at: number, end: number): number {
  if (at >= end) return SPACE
  const unit = text.charCodeAt(at)
  return unit < PAGE ? firstPage[unit] : classOf(text.codePointAt(at) ?? unit)
}

/** The class of the character that ends at a UTF-16 offset, or SPACE at or before `start`. */
export function classBefore(text: string, at: number, start: number): number {
  if (at <= start) return SPACE
  const unit = text.charCodeAt(at - 1)
  const isPair =
    unit >= 0xdc00 &&
    unit <= 0xdfff &&
    at - 2 >= start &&
    text.charCodeAt(at - 2) >= 0xd800 &&
    text.charCodeAt(at - 2) <= 0xdbff
  return classAt(text, isPair ? at - 2 : at - 1, at)
}

/** How many UTF-16 units the character at an offset has: 2 for a surrogate pair, else 1. */
export function widthAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit < 0xd800 || unit > 0xdbff) return 1
  const next = text.charCodeAt(at + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1
}

/** Whether a class is a letter (of a script with spaces), digit or other number. */
export function isWordClass(value: number): boolean {
  return value >= UPPER && value <= NUMBER
}

export function isLetterClass(value: number): boolean {
  return value >= UPPER && value <= LETTER
}

/** The end of the characters from `at` whose classes are in a set of bits `1 << CLASS`. */
export function skip(text: string, at: number, end: number, classes: number): number {
  let i = at
  while (i < end && (classes >> classAt(text, i, end)) & 1) i += widthAt(text, i)
  return i
}

/** Whether the UTF-16 unit is a character that people type as an apostrophe: ' ’ ´ ＇. */
export function isApostrophe(unit: number): boolean {
  return unit === 0x27 || unit === 0x2019 || unit === 0xb4 || unit === 0xff07
}

export function isHyphen(character: string | undefined): boolean {
  return character === '-' || character === '‐' || character === '‑'
}
