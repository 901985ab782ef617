/** Words and numbers: what joins letters and digits, and where Penn's contractions split them again. */
import { abbreviationKind, isAcronym } from './abbreviation.js'
import {
  classAt,
  DIGIT,
  FORMAT,
  isApostrophe,
  isHyphen,
  isLetterClass,
  isWordClass,
  LOWER,
  MARK,
  NUMBER,
  SPACE,
  skip,
  UPPER,
  widthAt,
} from './characters.js'
import { scanKeycap } from './emoji.js'
import { SLASH_WORDS } from './english-abbreviations.js'
import type { SourceText } from './language.js'

/**
 * The end of the word or number that starts at `start` (a character of a word class), with contractions and without a
 * final stop. Reads each character once and looks ahead a bounded number of characters, except for runs of `_` or of
 * invisible characters, which are read at most twice.
 */
export function scanWord(source: SourceText, start: number, end: number): number {
  const { text } = source
  let i = start
  let before = 0
  // Where the part after the last hyphen starts: `Iraq-U.N.` ends in an acronym.
  let part = start
  while (i < end) {
    const value = classAt(text, i, end)
    if (isWordClass(value)) {
      if (value === DIGIT && i > start && scanKeycap(text, i, end) > i) return i
      before = value
      i += widthAt(text, i)
    } else if (value === MARK) {
      i += widthAt(text, i)
    } else if (value === FORMAT) {
      const next = skip(text, i, end, 1 << FORMAT)
      if (!isWordClass(classAt(text, next, end))) return i
      i = next
    } else {
      // US$: the sign ends the word.
      if (text[i] === '$' && isCurrencyPrefix(text, start, i, end)) return i + 1
      const joined = joiner(source, start, part, i, end, before)
      if (joined === STOP) return i
      if (isHyphen(text[joined - 1])) part = joined
      i = joined
    }
  }
  return end
}

function digitRun(text: string, at: number, end: number, limit: number): number {
  let i = at
  while (i < end && i - at < limit && classAt(text, i, end) === DIGIT) i += widthAt(text, i)
  return i - at
}

/** The word ends here. */
const STOP = -1

/** Where the word continues after the character at `at`, given the class before it; or STOP. */
function joiner(
  source: SourceText,
  start: number,
  part: number,
  at: number,
  end: number,
  before: number,
): number {
  const { text } = source
  const next = classAt(text, at + 1, end)
  const hasDigits = before === DIGIT && next === DIGIT
  const on = at + 1
  if (isApostrophe(text.charCodeAt(at)))
    return isLetterClass(next) || (hasDigits && digitRun(text, at + 1, end, 4) === 3) ? on : STOP
  switch (text[at]) {
    case '-':
    case '‐':
    case '‑':
      return isWordClass(next) ? on : STOP
    case '.':
      return stopInside(source, part, at, end, before, next)
    case ',':
      return hasDigits && digitRun(text, at + 1, end, 4) <= 3 ? on : STOP
    case ':':
      return hasDigits ? on : STOP
    case '/':
      return (next === SPACE && at - start === 1 && (text[start] === 'w' || text[start] === 'W')) ||
        (isDigitLike(before) && isDigitLike(next)) ||
        isSlashWord(text, start, at, end)
        ? on
        : STOP
    case '⁄':
      return isDigitLike(before) && isDigitLike(next) ? on : STOP
    case '·':
      // Catalan l·l, but not the Greek ano teleia.
      return isLetterClass(before) && isLetterClass(next) ? on : STOP
    case '&':
      return before === UPPER && next === UPPER ? on : STOP
    case '_': {
      let i = at
      while (i < end && text[i] === '_') i++
      return isWordClass(classAt(text, i, end)) ? i : STOP
    }
    case '+': {
      const run = text[at + 1] === '+' ? 2 : 1
      return isWordClass(classAt(text, at + run, end)) || text[at + run] === '+' ? STOP : at + run
    }
    case '#':
      return at - start === 1 && before === UPPER && !isWordClass(next) ? on : STOP
    default:
      return STOP
  }
}

function isDigitLike(value: number): boolean {
  return value === DIGIT || value === NUMBER
}

/** A stop inside a word: decimals, acronyms, file and domain names, but not a full stop without a space after it. */
function stopInside(
  source: SourceText,
  part: number,
  at: number,
  end: number,
  before: number,
  next: number,
): number {
  const { text } = source
  const on = at + 1
  // 3.5, 02.SEP.96, but not No.5
  if (isDigitLike(next)) return isDigitLike(before) || before === UPPER ? on : STOP
  if (isLetterClass(next)) {
    if (next !== UPPER || (before !== LOWER && before !== DIGIT)) return on
    const after = at + 1 + widthAt(text, at + 1)
    // 02.SEP.96 but not 1996.The; z.B. and Ph.D. but not word.The
    if (before === DIGIT) return classAt(text, after, end) !== LOWER ? on : STOP
    const isShort =
      at - part === 1 || isAcronym(text, part, at) || abbreviationKind(source, part, after) === 'plain'
    return text[after] === '.' && isShort ? on : STOP
  }
  // U.S.-led, Wash.-based, J.-P.
  const joins =
    isHyphen(text[at + 1]) &&
    isWordClass(classAt(text, at + 2, end)) &&
    abbreviationKind(source, part, at) !== undefined
  return joins ? at + 2 : STOP
}

/** Whether the dollar sign at `at` follows up to three capitals: US$, HK$, C$. */
function isCurrencyPrefix(text: string, start: number, at: number, end: number): boolean {
  const next = classAt(text, at + 1, end)
  return at - start <= 3 && /^[A-Z]+$/.test(text.slice(start, at)) && (next === DIGIT || !isWordClass(next))
}

function isSlashWord(text: string, start: number, at: number, end: number): boolean {
  if (at - start > 4) return false
  let i = at + 1
  while (i < end && i - at <= 5 && isLetterClass(classAt(text, i, end))) i++
  return SLASH_WORDS.has(text.slice(start, i).toLowerCase())
}

/**
 * Where the contraction at the end of a word begins, by Penn's rules (`n't`, `'s`, `'m`, `'d`, `'ll`, `'re`, `'ve`), or
 * `end` if there is none or it is the whole word.
 */
export function cliticStart(text: string, start: number, end: number): number {
  const letter = (at: number) => text.charCodeAt(at) | 32
  const last = letter(end - 1)
  if (end - start > 2 && isApostrophe(text.charCodeAt(end - 2))) {
    if (last === 0x73 || last === 0x6d || last === 0x64) return end - 2
    if (last === 0x74 && end - start > 3 && letter(end - 3) === 0x6e) return end - 3
  }
  if (end - start > 3 && isApostrophe(text.charCodeAt(end - 3))) {
    const pair = text.slice(end - 2, end).toLowerCase()
    if (pair === 'll' || pair === 're' || pair === 've') return end - 3
  }
  return end
}

/** Elided articles and pronouns of French, Italian and Catalan. The capitalized ones are seldom part of a name. */
const ELIDED = new Set(
  'l d j c m n s t qu jusqu lorsqu puisqu quoiqu quelqu dell nell sull dall all un quest bell sant L J Qu Jusqu Lorsqu Puisqu Dell Nell Sull Dall All Un'.split(
    ' ',
  ),
)
/** English words that look elided but are not. */
const WHOLE = new Set(["c'mon", "d'oh", "s'more", "s'mores", "t'other", "m'lady", "m'lord", "d'ya", "l'il"])
const LONGEST_ELIDED = 6

/** The end of an elided word with its apostrophe (`l'` of `l'homme`), or `start` if there is none. */
export function elisionEnd(text: string, start: number, end: number): number {
  const limit = Math.min(end - 1, start + LONGEST_ELIDED + 1)
  let i = start + 1
  while (i < limit && !isApostrophe(text.charCodeAt(i))) i++
  if (i >= limit || !ELIDED.has(text.slice(start, i))) return start
  const word = text.slice(start, Math.min(end, start + 8)).toLowerCase()
  return WHOLE.has(word.replace(/[’´＇]/, "'")) ? start : i + 1
}
