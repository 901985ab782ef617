import {
  classAt,
  DIGIT,
  isHyphen,
  isWordClass,
  LOWER,
  OPEN,
  QUOTE,
  SPACE,
  UPPER,
  widthAt,
} from './characters.js'
import {
  type AbbreviationKind,
  ENGLISH_ABBREVIATIONS,
  LONGEST_ABBREVIATION,
  SENTENCE_OPENERS,
} from './english-abbreviations.js'
import { isBareDomain } from './web-tokens.js'

/** `acronym`: letters with a stop each (U.S., e.g.). `initial`: one capital with a stop (J.). */
export type StopKind = AbbreviationKind | 'acronym' | 'initial'

/** The longest acronym that is recognized, in UTF-16 units: 12 letters and their stops. */
const LONGEST_ACRONYM = 24

/** Whether `[start, end)` is single letters with stops between them, such as `U.S` (without the last stop). */
export function isAcronym(text: string, start: number, end: number): boolean {
  if (end - start > LONGEST_ACRONYM || end - start < 3) return false
  const word = text.slice(start, end)
  return /^\p{L}\p{M}*(?:\.\p{L}\p{M}*)+$/u.test(word) && !isBareDomain(text, start, end)
}

/** The kind of abbreviation of a word without its last stop, whatever follows. */
export function abbreviationKind(text: string, start: number, end: number): StopKind | undefined {
  if (end - start === widthAt(text, start) && classAt(text, start, end) === UPPER) return 'initial'
  if (end - start <= LONGEST_ABBREVIATION) {
    const word = text.slice(start, end)
    const known = ENGLISH_ABBREVIATIONS.get(word.toLowerCase())
    if (known && (!known.capital || classAt(text, start, end) === UPPER)) return known.kind
  }
  return isAcronym(text, start, end) ? 'acronym' : undefined
}

/** Where the part after the word's last hyphen starts, if it is short enough to be an abbreviation, or `start`. */
export function lastPart(text: string, start: number, end: number): number {
  for (let i = end - 1; i > start && end - i <= LONGEST_ACRONYM; i--) if (isHyphen(text[i])) return i + 1
  return start
}

/** Where the next word on the same line starts, after at most three blanks, or −1. */
function nextOnLine(text: string, from: number): number {
  for (let i = from; i < Math.min(text.length, from + 4); i++) {
    if (classAt(text, i, text.length) !== SPACE) return i
    if (text[i] === '\n' || text[i] === '\r' || text[i] === '\u2029') return -1
  }
  return -1
}

/** Whether there is a common first word of sentences (`The`, `He`) at an offset. */
export function isOpenerAt(text: string, at: number): boolean {
  let end = at
  while (end < text.length && end - at < 12 && isWordClass(classAt(text, end, text.length))) end++
  return SENTENCE_OPENERS.has(text.slice(at, end))
}

/**
 * Whether the stop at `end` belongs to the word `[start, end)`: an abbreviation, an acronym, an initial before a name, or
 * the number of a list item at the start of a line.
 */
export function takesStop(text: string, start: number, end: number): boolean {
  if (text[end] !== '.' || text[end + 1] === '.') return false
  const value = classAt(text, start, end)
  if (value === DIGIT) return isListNumber(text, start, end)
  const kind = abbreviationKind(text, lastPart(text, start, end), end)
  if (kind === undefined) return false
  if (kind !== 'initial' && kind !== 'number') return true
  const next = nextOnLine(text, end + 1)
  if (next < 0) return false
  const following = classAt(text, next, text.length)
  if (kind === 'number') return following === DIGIT
  if (next === end + 1) return ',-)\'’"&'.includes(text[next]) || following === UPPER
  if (following === QUOTE || following === OPEN) return true
  return following === UPPER ? !isOpenerAt(text, next) : following === LOWER || text[next] === '&'
}

/** `1.` to `999.` at the start of a line, with something after it. */
function isListNumber(text: string, start: number, end: number): boolean {
  if (end - start > 3) return false
  for (let i = start; i < end; i++) if (classAt(text, i, end) !== DIGIT) return false
  if (classAt(text, end + 1, text.length) !== SPACE || nextOnLine(text, end + 1) < 0) return false
  for (let i = start - 1, seen = 0; i >= 0; i--, seen++) {
    if (text[i] === '\n' || text[i] === '\r') return true
    if (classAt(text, i, text.length) !== SPACE || seen > 16) return false
  }
  return true
}
