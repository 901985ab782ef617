import type { AbbreviationKind } from './abbreviation-table.js'
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
import { customsOf, LONGEST_ABBREVIATION, mayBeAbbreviation, mayBeOpener } from './customs.js'
import type { SourceText } from './language.js'
import { isOrdinal } from './ordinals.js'
import { isBareDomain } from './web-tokens.js'

/** `acronym`: letters with a stop each (U.S., e.g., German u. a.). `initial`: one capital with a stop (J.). */
export type StopKind = AbbreviationKind | 'acronym' | 'initial'

/** The longest acronym that is recognized, in UTF-16 units: 12 letters and their stops. */
const LONGEST_ACRONYM = 24

/** Whether `[start, end)` is letters with stops between them, such as `U.S` or the Spanish `EE.UU` (without the last stop). */
export function isAcronym(text: string, start: number, end: number): boolean {
  if (end - start > LONGEST_ACRONYM || end - start < 3) return false
  const word = text.slice(start, end)
  return ACRONYM.test(word) && !isBareDomain(text, start, end)
}

const ACRONYM = /^(?:\p{L}\p{M}*(?:\.\p{L}\p{M}*)+|([A-Z])\1\.([A-Z])\2)$/u

/** The kind of abbreviation of a word without its last stop, whatever follows. */
export function abbreviationKind(source: SourceText, start: number, end: number): StopKind | undefined {
  const { text } = source
  if (end - start === widthAt(text, start) && classAt(text, start, end) === UPPER) return 'initial'
  return knownKind(source, start, end) ?? (isAcronym(text, start, end) ? 'acronym' : undefined)
}

function knownKind(source: SourceText, start: number, end: number): AbbreviationKind | undefined {
  const { text } = source
  // Lindenstr. 5
  if (end - start > 5 && text.startsWith('str', end - 3) && source.language !== 'en') return 'plain'
  if (end - start > LONGEST_ABBREVIATION) return undefined
  const word = text.slice(start, end).toLowerCase()
  if (!mayBeAbbreviation(word)) return undefined
  const known = customsOf(source.language).abbreviations.get(word)
  return known && (!known.capital || classAt(text, start, end) === UPPER) ? known.kind : undefined
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

/** Whether there is a common first word of sentences (`The`, `He`, German `Die`) at an offset. */
export function isOpenerAt(source: SourceText, at: number): boolean {
  const word = wordAt(source.text, at)
  return mayBeOpener(word) && customsOf(source.language).openers.has(word)
}

function wordAt(text: string, at: number): string {
  let end = at
  while (end < text.length && end - at < 12 && isWordClass(classAt(text, end, text.length))) end++
  return text.slice(at, end)
}

/** They begin sentences, and surnames: J. De Vries. */
const SURNAME_PARTICLES: ReadonlySet<string> = new Set(
  'De Van Den Der Ten Ter Te La El Los Las Von Zu Di Da'.split(' '),
)

/**
 * Whether the stop at `end` belongs to the word `[start, end)`: an abbreviation, an acronym, an initial before a name, an
 * ordinal, or the number of a list item at the start of a line.
 */
export function takesStop(source: SourceText, start: number, end: number): boolean {
  const { text } = source
  if (text[end] !== '.' || text[end + 1] === '.') return false
  const value = classAt(text, start, end)
  if (value === DIGIT) return isListNumber(text, start, end) || isOrdinal(source, start, end)
  const kind = abbreviationKind(source, lastPart(text, start, end), end)
  if (kind === undefined) return isPaired(source, start, end) || isOrdinal(source, start, end)
  if (kind !== 'initial' && kind !== 'number') return true
  const next = nextOnLine(text, end + 1)
  if (next < 0) return false
  const following = classAt(text, next, text.length)
  if (kind === 'number') return following === DIGIT
  // German S. 5 is a page, S. Müller a person.
  if (following === DIGIT) return next > end + 1 && knownKind(source, start, end) === 'number'
  if (next === end + 1) return ',-)\'’"&'.includes(text[next]) || following === UPPER
  if (following === QUOTE || following === OPEN) return true
  if (following !== UPPER) return following === LOWER || text[next] === '&'
  return !isOpenerAt(source, next) || SURNAME_PARTICLES.has(wordAt(text, next))
}

/** A lower-case letter before or after another abbreviated letter: `z. B.`, `u. a. m.`, `p. ej.`, `a. C.` */
function isPaired(source: SourceText, start: number, end: number): boolean {
  const { text } = source
  if (end - start !== 1 || classAt(text, start, end) !== LOWER || source.language === 'en') return false
  return (
    /^[ \u00A0]\p{L}{1,3}\.(?!\p{L}{2})/u.test(text.slice(end + 1, end + 8)) ||
    /(?<!\p{L})\p{L}\.[ \u00A0]$/u.test(text.slice(Math.max(0, start - 4), start))
  )
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
