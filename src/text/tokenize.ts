/**
 * The tokenizer for running text. It cuts the text at white space, finds URLs and e-mail addresses in each piece, and
 * reads the rest from left to right with one character of history. What it does to each kind of text and why is in
 * docs/tokenizer.md.
 */
import { takesStop } from './abbreviation.js'
import {
  CLOSE,
  CLUSTERED,
  CURRENCY,
  classAt,
  classBefore,
  DIGIT,
  FORMAT,
  IDEOGRAPH,
  isApostrophe,
  isLetterClass,
  isWordClass,
  KATAKANA,
  LETTER,
  LOWER,
  MARK,
  OPEN,
  OTHER,
  PICTOGRAPH,
  QUOTE,
  REGIONAL,
  SPACE,
  skipMarks,
  UPPER,
  widthAt,
  ZERO_WIDTH_SPACE,
} from './characters.js'
import { scanCluster } from './cluster.js'
import { scanEmoji, scanKeycap } from './emoji.js'
import { scanEmoticon } from './emoticon.js'
import { APOSTROPHE_WORDS } from './english-abbreviations.js'
import { scanSymbols } from './symbols.js'
import type { TextToken } from './token.js'
import { findWebSpans, isBareDomain, urlEnd } from './web-tokens.js'
import { cliticStart, elisionEnd, scanWord } from './word.js'

/** Classes of which a piece of text is one plain word. */
const PLAIN = (1 << UPPER) | (1 << LOWER) | (1 << LETTER)

/**
 * Splits running text into tokens with offsets.
 *
 * Every character that is not white space (Unicode's `White_Space`) is in exactly one token, tokens are in order, and a
 * token never holds white space: joining tokens and the gaps between them gives the input back. Works on any string,
 * lone surrogates included; no repair, no normalization. Linear in the length of the text.
 *
 * @example
 * tokenize("Dr. Lovelace didn't pay $3.50.").map(token => token.text)
 * // ['Dr.', 'Lovelace', 'did', "n't", 'pay', '$', '3.50', '.']
 */
export function tokenize(text: string): readonly TextToken[] {
  const tokens: TextToken[] = []
  const length = text.length
  let i = 0
  while (i < length) {
    let value = classAt(text, i, length)
    if (value === SPACE) {
      i++
      continue
    }
    const start = i
    let classes = 0
    while (value !== SPACE) {
      classes |= 1 << value
      i += widthAt(text, i)
      value = classAt(text, i, length)
    }
    if ((classes & ~PLAIN) === 0) push(tokens, text, start, i)
    else scanPiece(tokens, text, start, i)
  }
  return tokens
}

function push(tokens: TextToken[], text: string, start: number, end: number): void {
  tokens.push({ text: text.slice(start, end), start, end })
}

/** Tokens of a stretch without white space. */
function scanPiece(tokens: TextToken[], text: string, start: number, end: number): void {
  let at = start
  for (const span of findWebSpans(text, start, end)) {
    while (at < span.start) at = scanToken(tokens, text, at, start, span.start)
    push(tokens, text, span.start, span.end)
    at = span.end
  }
  while (at < end) at = scanToken(tokens, text, at, start, end)
}

/**
 * Adds the token (or a word and its contractions) that starts at `at`; gives where the next one starts. `start` is where
 * the piece starts, `end` where it must end.
 */
function scanToken(tokens: TextToken[], text: string, at: number, start: number, end: number): number {
  const value = classAt(text, at, end)
  if (isWordClass(value)) return scanWordToken(tokens, text, at, end)
  const to = Math.max(scanOther(text, at, start, end, value), at + widthAt(text, at))
  // A class that takes marks along; on the others they make a token of their own.
  const stop =
    value === FORMAT || value === ZERO_WIDTH_SPACE || value === OTHER ? to : skipMarks(text, to, end)
  push(tokens, text, at, stop)
  return stop
}

function scanOther(text: string, at: number, start: number, end: number, value: number): number {
  switch (value) {
    case IDEOGRAPH:
      return at
    case KATAKANA:
      return runOf(text, at, end, KATAKANA)
    case CLUSTERED:
      return scanCluster(text, at, end)
    case MARK:
      return skipMarks(text, at, end)
    case FORMAT:
      return runOf(text, at, end, FORMAT)
    case PICTOGRAPH:
    case REGIONAL:
      return scanEmoji(text, at, end)
    case ZERO_WIDTH_SPACE:
    case OTHER:
    case CURRENCY:
      return at
    default:
      return scanMarked(text, at, start, end)
  }
}

/** Punctuation and symbols, with what they may begin: `#tag`, `@name`, `-5`, `.5`, `'s`, `:-)`, `...`. */
function scanMarked(text: string, at: number, start: number, end: number): number {
  const unit = text.charCodeAt(at)
  const next = classAt(text, at + 1, end)
  const before = classBefore(text, at, start)
  switch (text[at]) {
    case '#':
    case '＃':
    case '*': {
      const keycap = scanKeycap(text, at, end)
      if (keycap > at) return keycap
      if (unit !== 0x2a && !isWordClass(before)) return tagEnd(text, at, end)
      break
    }
    case '@':
      if (!isWordClass(before)) return nameEnd(text, at, end)
      break
    case '&': {
      const entity = entityEnd(text, at, end)
      if (entity > at) return entity
      break
    }
    case '-':
    case '+':
    case '−':
    case '±': {
      const isFree = before === SPACE || before === OPEN || before === CURRENCY || before === QUOTE
      if (isFree && next === DIGIT) return scanWord(text, at + 1, end)
      if (isFree && text[at + 1] === '.' && classAt(text, at + 2, end) === DIGIT)
        return scanWord(text, at + 2, end)
      break
    }
    case '.':
      if (next === DIGIT && !isWordClass(before)) return scanWord(text, at + 1, end)
      // .NET, .bashrc
      if (before === SPACE || before === OPEN || before === QUOTE) {
        const isName = next === LOWER || (next === UPPER && classAt(text, at + 2, end) === UPPER)
        if (isName) return scanWord(text, at + 1, end)
      }
      break
    case '°':
      if (/^[CFK](?![\p{L}\p{N}])/u.test(text.slice(at + 1, at + 3))) return at + 2
      break
  }
  if (isApostrophe(unit)) {
    const word = apostropheEnd(text, at, end, before)
    if (word > at) return word
  }
  const emoticon = scanEmoticon(text, at, start, end)
  return emoticon > at ? emoticon : scanSymbols(text, at, end)
}

function runOf(text: string, at: number, end: number, value: number): number {
  let i = at
  while (i < end) {
    const here = classAt(text, i, end)
    if (here !== value && !(here === MARK && value !== FORMAT)) break
    i += widthAt(text, i)
  }
  return i
}

/** A hashtag: letters of any script, digits, marks and `_`. */
function tagEnd(text: string, at: number, end: number): number {
  let i = at + 1
  while (i < end) {
    const value = classAt(text, i, end)
    const belongs =
      isWordClass(value) ||
      text[i] === '_' ||
      (i > at + 1 && value === MARK) ||
      value === IDEOGRAPH ||
      value === KATAKANA ||
      value === CLUSTERED
    if (!belongs) break
    i += widthAt(text, i)
  }
  return i > at + 1 ? i : scanSymbols(text, at, end)
}

/** An @name: letters of scripts with spaces, digits, marks, `_`, and a host after a second `@`. */
function nameEnd(text: string, at: number, end: number): number {
  let i = at + 1
  for (; i < end; i += widthAt(text, i)) {
    const value = classAt(text, i, end)
    if (!isWordClass(value) && text[i] !== '_' && !(i > at + 1 && value === MARK)) break
  }
  return i > at + 1 ? i : scanSymbols(text, at, end)
}

const ENTITY = /&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][\dA-Fa-f]{1,6});/y

/** The end of an HTML character reference (`&amp;`, `&#39;`), which tweets and scraped text hold. */
function entityEnd(text: string, at: number, end: number): number {
  ENTITY.lastIndex = at
  return ENTITY.test(text) && ENTITY.lastIndex <= end ? ENTITY.lastIndex : at
}

const CLITIC = /['’´＇](?:s|m|d|ll|re|ve)(?![\p{L}\p{N}])/iuy
const YEARS = /['’´＇]\d\ds?(?![\p{L}\p{N}'’])/iuy

/** What begins with an apostrophe and is a word: `'s` after a token or alone, `'90s`, `'em`. */
function apostropheEnd(text: string, at: number, end: number, before: number): number {
  if (before !== OPEN) {
    CLITIC.lastIndex = at
    if (CLITIC.test(text) && CLITIC.lastIndex <= end) return CLITIC.lastIndex
  }
  if (isWordClass(before) || before === CLOSE) return at
  YEARS.lastIndex = at
  if (YEARS.test(text) && YEARS.lastIndex <= end) return YEARS.lastIndex
  let i = at + 1
  while (i < end && i - at < 9 && isLetterClass(classAt(text, i, end))) i++
  const word = `'${text.slice(at + 1, i).toLowerCase()}`
  if (!APOSTROPHE_WORDS.has(word)) return at
  return word === "'n" && isApostrophe(text.charCodeAt(i)) && i < end ? i + 1 : i
}

/** A word with its stop, contractions and elision split off, or the URL it turns out to begin. */
function scanWordToken(tokens: TextToken[], text: string, at: number, end: number): number {
  const keycap = scanKeycap(text, at, end)
  if (keycap > at) {
    push(tokens, text, at, keycap)
    return keycap
  }
  let to = scanWord(text, at, end)
  if (to < end && '/:?#'.includes(text[to]) && isBareDomain(text, at, to)) {
    const url = text[to] === ':' && classAt(text, to + 1, end) !== DIGIT ? to : urlEnd(text, to, end)
    if (url > to) {
      push(tokens, text, at, url)
      return url
    }
  }
  if (to < end && text[to] === '.' && takesStop(text, at, to)) {
    push(tokens, text, at, to + 1)
    return to + 1
  }
  if (to < end && text[to] === '-' && to + 1 === end && isSuspended(text, to + 1)) to++
  const stop = to
  const clitics: number[] = []
  for (let clitic = cliticStart(text, at, to); clitic < to; clitic = cliticStart(text, at, to)) {
    clitics.push(clitic)
    to = clitic
  }
  const elision = elisionEnd(text, at, to)
  if (elision > at) push(tokens, text, at, elision)
  push(tokens, text, elision, to)
  for (let c = clitics.length - 1; c >= 0; c--) push(tokens, text, clitics[c], c > 0 ? clitics[c - 1] : stop)
  return stop
}

const SUSPENDED = /[ \u00A0](?:and|or|to|und|oder|bis|y|o|et|ou|en|of|e)[ \u00A0]/y

/** `pre- and post-war`: a hyphen at the end of a word that stands for a part to come. */
function isSuspended(text: string, at: number): boolean {
  SUSPENDED.lastIndex = at
  return SUSPENDED.test(text)
}
