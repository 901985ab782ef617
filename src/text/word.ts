/** Words and numbers: what holds letters and digits together, and where Penn's contractions part them again. */
import { abbreviationKind, isAcronym } from './abbreviation.js'
import {
  classAt,
  DIGIT,
  FORMAT,
  isApostrophe,
  isLetterClass,
  isWordClass,
  LOWER,
  MARK,
  NUMBER,
  SPACE,
  UPPER,
  widthAt,
} from './characters.js'
import { scanKeycap } from './emoji.js'
import { SLASH_WORDS } from './english-abbreviations.js'

/** A joiner's verdict: where the word goes on, or that the word ends at `at`. */
interface Joined {
  readonly at: number
  readonly goesOn: boolean
}

/**
 * The end of the word or number that starts at `start` (a character of a word class), before any contraction is split
 * off and without a final stop. Reads each character once and looks ahead a bounded way, save over runs of `_` or of
 * invisible characters, which are read at most twice.
 */
export function scanWord(text: string, start: number, end: number): number {
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
      const next = skipFormat(text, i, end)
      if (!isWordClass(classAt(text, next, end))) return i
      i = next
    } else {
      const joined = joiner(text, start, part, i, end, before)
      if (!joined.goesOn) return joined.at
      const last = text[joined.at - 1]
      if (last === '-' || last === '‐' || last === '‑') part = joined.at
      i = joined.at
    }
  }
  return end
}

function skipFormat(text: string, at: number, end: number): number {
  let i = at
  while (i < end && classAt(text, i, end) === FORMAT) i += widthAt(text, i)
  return i
}

function digitRun(text: string, at: number, end: number, limit: number): number {
  let i = at
  while (i < end && i - at < limit && classAt(text, i, end) === DIGIT) i += widthAt(text, i)
  return i - at
}

/** Whether the character at `at` holds the word together, given the class before it. */
function joiner(text: string, start: number, part: number, at: number, end: number, before: number): Joined {
  const next = classAt(text, at + 1, end)
  const stop: Joined = { at, goesOn: false }
  const on: Joined = { at: at + 1, goesOn: true }
  const digits = before === DIGIT && next === DIGIT
  const unit = text.charCodeAt(at)
  if (isApostrophe(unit)) {
    if (isLetterClass(next)) return on
    return digits && digitRun(text, at + 1, end, 4) === 3 ? on : stop
  }
  switch (text[at]) {
    case '-':
    case '‐':
    case '‑':
      return isWordClass(next) ? on : stop
    case '.':
      return stopInside(text, part, at, end, before, next)
    case ',': {
      const run = digits ? digitRun(text, at + 1, end, 4) : 0
      return run >= 1 && run <= 3 ? on : stop
    }
    case ':':
      return digits ? on : stop
    case '/':
      if (next === SPACE && at - start === 1 && (text[start] === 'w' || text[start] === 'W'))
        return { at: at + 1, goesOn: false }
      return (isDigitLike(before) && isDigitLike(next)) || isSlashWord(text, start, at, end) ? on : stop
    case '⁄':
      return isDigitLike(before) && isDigitLike(next) ? on : stop
    case '·':
      // Catalan l·l, Greek ano teleia aside
      return isLetterClass(before) && isLetterClass(next) ? on : stop
    case '&':
      return before === UPPER && next === UPPER ? on : stop
    case '_': {
      let i = at
      while (i < end && text[i] === '_') i++
      return isWordClass(classAt(text, i, end)) ? { at: i, goesOn: true } : stop
    }
    case '+': {
      const run = text[at + 1] === '+' ? 2 : 1
      const after = classAt(text, at + run, end)
      return isWordClass(after) || text[at + run] === '+' ? stop : { at: at + run, goesOn: true }
    }
    case '#':
      return at - start === 1 && before === UPPER && !isWordClass(next) ? on : stop
    case '$':
      return isCurrencyPrefix(text, start, at) && (next === DIGIT || !isWordClass(next))
        ? { at: at + 1, goesOn: false }
        : stop
    default:
      return stop
  }
}

function isDigitLike(value: number): boolean {
  return value === DIGIT || value === NUMBER
}

/** A stop inside a word: decimals, acronyms, file and domain names; not a full stop whose space was forgotten. */
function stopInside(
  text: string,
  part: number,
  at: number,
  end: number,
  before: number,
  next: number,
): Joined {
  const stop: Joined = { at, goesOn: false }
  const on: Joined = { at: at + 1, goesOn: true }
  // 3.5, 02.SEP.96, but not No.5
  if (isDigitLike(next)) return isDigitLike(before) || before === UPPER ? on : stop
  if (isLetterClass(next)) {
    if (next !== UPPER || (before !== LOWER && before !== DIGIT)) return on
    const after = at + 1 + widthAt(text, at + 1)
    // 02.SEP.96 but not 1996.The; z.B. and Ph.D. but not word.The
    if (before === DIGIT) return classAt(text, after, end) === LOWER ? stop : on
    const isOne =
      at - part === 1 || isAcronym(text, part, at) || abbreviationKind(text, part, after) === 'plain'
    return text[after] === '.' && isOne ? on : stop
  }
  // U.S.-led, Wash.-based, J.-P.
  const isHyphen = text[at + 1] === '-' || text[at + 1] === '‐' || text[at + 1] === '‑'
  return isHyphen && isWordClass(classAt(text, at + 2, end)) && abbreviationKind(text, part, at)
    ? { at: at + 2, goesOn: true }
    : stop
}

/** Up to three capitals before a dollar sign: US$, HK$, C$. */
function isCurrencyPrefix(text: string, start: number, at: number): boolean {
  return at - start <= 3 && /^[A-Z]+$/.test(text.slice(start, at))
}

function isSlashWord(text: string, start: number, at: number, end: number): boolean {
  if (at - start > 4) return false
  let i = at + 1
  while (i < end && i - at <= 5 && isLetterClass(classAt(text, i, end))) i++
  return SLASH_WORDS.has(text.slice(start, i).toLowerCase())
}

/**
 * Where the contraction at the end of a word begins, by Penn's rules (`n't`, `'s`, `'m`, `'d`, `'ll`, `'re`, `'ve`), or
 * `end` where there is none or nothing stands before it.
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

/** Articles and pronouns that French, Italian and Catalan elide; the capitalized ones are seldom part of a name. */
const ELIDED = new Set(
  'l d j c m n s t qu jusqu lorsqu puisqu quoiqu quelqu dell nell sull dall all un quest bell sant L J Qu Jusqu Lorsqu Puisqu Dell Nell Sull Dall All Un'.split(
    ' ',
  ),
)
/** English words that look elided and are not. */
const WHOLE = new Set(["c'mon", "d'oh", "s'more", "s'mores", "t'other", "m'lady", "m'lord", "d'ya", "l'il"])
const LONGEST_ELIDED = 6

/** The end of an elided word with its apostrophe (`l'` of `l'homme`), or `start` where there is none. */
export function elisionEnd(text: string, start: number, end: number): number {
  const limit = Math.min(end - 1, start + LONGEST_ELIDED + 1)
  for (let i = start + 1; i < limit; i++)
    if (isApostrophe(text.charCodeAt(i))) {
      const isElided = ELIDED.has(text.slice(start, i))
      return isElided &&
        !WHOLE.has(
          text
            .slice(start, Math.min(end, start + 8))
            .toLowerCase()
            .replace(/[’´＇]/, "'"),
        )
        ? i + 1
        : start
    }
  return start
}
