/**
 * The tokenizer for running text. It splits the text at white space, finds URLs and e-mail addresses in each piece, and
 * scans the rest from left to right. docs/tokenizer.md has the rules and the reasons.
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
  NUMBER,
  OPEN,
  OTHER,
  PICTOGRAPH,
  QUOTE,
  REGIONAL,
  SPACE,
  skip,
  UPPER,
  widthAt,
  ZERO_WIDTH_SPACE,
} from './characters.js'
import { scanCluster } from './cluster.js'
import { scanEmoji, scanKeycap } from './emoji.js'
import { scanEmoticon } from './emoticon.js'
import { APOSTROPHE_WORDS } from './english-abbreviations.js'
import { SourceText } from './language.js'
import { scanSymbols } from './symbols.js'
import type { TextToken } from './token.js'
import { findWebSpans, isBareDomain, urlEnd } from './web-tokens.js'
import { cliticStart, elisionEnd, scanWord } from './word.js'
import { wordEnds } from './word-breaks.js'

/** A piece of text with only these classes is one word. */
const PLAIN = (1 << UPPER) | (1 << LOWER) | (1 << LETTER)
/** Classes of an @name: those of words. A #tag may be in any script. */
const WORD = PLAIN | (1 << DIGIT) | (1 << NUMBER)
/** Classes of scripts without spaces. */
const UNSPACED = (1 << IDEOGRAPH) | (1 << KATAKANA) | (1 << CLUSTERED)
const HASHTAG = WORD | UNSPACED

/**
 * Splits running text into tokens with offsets.
 *
 * Every character that is not white space (Unicode's `White_Space`) is in exactly one token. Tokens are in order and
 * contain no white space, so that tokens and the gaps between them are the input again. Works on any string, also with
 * lone surrogates. Nothing is repaired or normalized. Linear in the length of the text.
 *
 * @example
 * tokenize("Dr. Lovelace didn't pay $3.50.").map(token => token.text)
 * // ['Dr.', 'Lovelace', 'did', "n't", 'pay', '$', '3.50', '.']
 */
export function tokenize(text: string): readonly TextToken[] {
  return tokensOf(new SourceText(text))
}

/** As `tokenize`, for a text with what is known about it. */
export function tokensOf(source: SourceText): readonly TextToken[] {
  const { text } = source
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
    else scanPiece(tokens, source, start, i)
  }
  return tokens
}

function push(tokens: TextToken[], text: string, start: number, end: number): void {
  tokens.push({ text: text.slice(start, end), start, end })
}

/** Adds the tokens of a piece without white space. */
function scanPiece(tokens: TextToken[], source: SourceText, start: number, end: number): void {
  const { text } = source
  let at = start
  for (const span of findWebSpans(text, start, end)) {
    while (at < span.start) at = scanToken(tokens, source, at, start, span.start)
    push(tokens, text, span.start, span.end)
    at = span.end
  }
  while (at < end) at = scanToken(tokens, source, at, start, end)
}

/**
 * Adds the token (or a word and its contractions) that starts at `at` in the piece `[start, end)`.
 * @returns where the next one starts
 */
function scanToken(tokens: TextToken[], source: SourceText, at: number, start: number, end: number): number {
  const { text } = source
  const value = classAt(text, at, end)
  if (source.segmentation === 'words' && (UNSPACED >> value) & 1) return pushWords(tokens, text, at, end)
  if (isWordClass(value)) return scanWordToken(tokens, source, at, end)
  const to = Math.max(scanOther(source, at, start, end, value), at + widthAt(text, at))
  // Marks belong to the character before them, except for these classes.
  const stop =
    value === FORMAT || value === ZERO_WIDTH_SPACE || value === OTHER ? to : skip(text, to, end, 1 << MARK)
  push(tokens, text, at, stop)
  return stop
}

/** Adds the words of a run of characters of scripts without spaces. @returns the end of the run */
function pushWords(tokens: TextToken[], text: string, at: number, end: number): number {
  const to = skip(text, at, end, UNSPACED | (1 << MARK))
  let from = at
  for (const wordEnd of wordEnds(text, at, to)) {
    push(tokens, text, from, wordEnd)
    from = wordEnd
  }
  return to
}

function scanOther(source: SourceText, at: number, start: number, end: number, value: number): number {
  const { text } = source
  switch (value) {
    case IDEOGRAPH:
      return at
    case KATAKANA:
      return skip(text, at, end, (1 << KATAKANA) | (1 << MARK))
    case CLUSTERED:
      return scanCluster(text, at, end)
    case MARK:
      return skip(text, at, end, 1 << MARK)
    case FORMAT:
      return skip(text, at, end, 1 << FORMAT)
    case PICTOGRAPH:
    case REGIONAL:
      return scanEmoji(text, at, end)
    case ZERO_WIDTH_SPACE:
    case OTHER:
    case CURRENCY:
      return at
    default:
      return scanMarked(source, at, start, end)
  }
}

/** Punctuation, symbols and what they may start: `#tag`, `@name`, `-5`, `.5`, `'s`, `:-)`, `...`. */
function scanMarked(source: SourceText, at: number, start: number, end: number): number {
  const { text } = source
  const unit = text.charCodeAt(at)
  const next = classAt(text, at + 1, end)
  const before = classBefore(text, at, start)
  switch (text[at]) {
    case '#':
    case '＃':
    case '*': {
      const keycap = scanKeycap(text, at, end)
      if (keycap > at) return keycap
      if (unit !== 0x2a && !isWordClass(before)) return nameEnd(text, at, end, HASHTAG)
      break
    }
    case '@':
      if (!isWordClass(before)) return nameEnd(text, at, end, WORD)
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
      if (isFree && next === DIGIT) return scanWord(source, at + 1, end)
      // German "Haus- und -tiere", "Roman“ -Autor"
      if (
        text[at] === '-' &&
        (next === LOWER || next === UPPER) &&
        before !== CURRENCY &&
        source.language === 'de'
      )
        return scanWord(source, at + 1, end)
      if (isFree && text[at + 1] === '.' && classAt(text, at + 2, end) === DIGIT)
        return scanWord(source, at + 2, end)
      break
    }
    case '.':
      if (next === DIGIT && !isWordClass(before)) return scanWord(source, at + 1, end)
      // .NET, .bashrc
      if (before === SPACE || before === OPEN || before === QUOTE) {
        const isName = next === LOWER || (next === UPPER && classAt(text, at + 2, end) === UPPER)
        if (isName) return scanWord(source, at + 1, end)
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

/**
 * The end of a #tag or @name: characters of the given classes, marks (but not first) and `_`. The sign alone is a symbol.
 */
function nameEnd(text: string, at: number, end: number, classes: number): number {
  let i = at + 1
  for (; i < end; i += widthAt(text, i)) {
    const value = classAt(text, i, end)
    const isPart = (classes >> value) & 1 || text[i] === '_' || (i > at + 1 && value === MARK)
    if (!isPart) break
  }
  return i > at + 1 ? i : scanSymbols(text, at, end)
}

const ENTITY = /&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][\dA-Fa-f]{1,6});/y

/** The end of an HTML character reference (`&amp;`, `&#39;`), as in tweets and scraped text, or `at`. */
function entityEnd(text: string, at: number, end: number): number {
  ENTITY.lastIndex = at
  return ENTITY.test(text) && ENTITY.lastIndex <= end ? ENTITY.lastIndex : at
}

const CLITIC = /['’´＇](?:s|m|d|ll|re|ve)(?![\p{L}\p{N}])/iuy
const YEARS = /['’´＇]\d\ds?(?![\p{L}\p{N}'’])/iuy

/** The end of a word that begins with an apostrophe: `'s` after a token or alone, `'90s`, `'em`; or `at`. */
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

/** Adds a word, with its stop, contractions and elision as tokens, or the URL that it begins. */
function scanWordToken(tokens: TextToken[], source: SourceText, at: number, end: number): number {
  const { text } = source
  const keycap = scanKeycap(text, at, end)
  if (keycap > at) {
    push(tokens, text, at, keycap)
    return keycap
  }
  let to = scanWord(source, at, end)
  if (to < end && '/:?#'.includes(text[to]) && isBareDomain(text, at, to)) {
    const url = text[to] === ':' && classAt(text, to + 1, end) !== DIGIT ? to : urlEnd(text, to, end)
    if (url > to) {
      push(tokens, text, at, url)
      return url
    }
  }
  if (to < end && text[to] === '.' && takesStop(source, at, to)) {
    push(tokens, text, at, to + 1)
    return to + 1
  }
  if (to < end && text[to] === '-' && isSuspended(source, to + 1, end)) to++
  pushParts(tokens, source, at, to)
  return to
}

/** Adds a word, with its elided word before it and its contractions after it where its language has them. */
function pushParts(tokens: TextToken[], source: SourceText, at: number, end: number): void {
  const { text } = source
  let to = end
  const clitics: number[] = []
  for (let clitic = cliticStart(text, at, to); clitic < to; clitic = cliticStart(text, at, to)) {
    if (!source.contracts) break
    clitics.push(clitic)
    to = clitic
  }
  const elided = elisionEnd(text, at, to)
  const from = elided > at && source.elides ? elided : at
  if (from > at) push(tokens, text, at, from)
  push(tokens, text, from, to)
  for (let c = clitics.length - 1; c >= 0; c--) push(tokens, text, clitics[c], c > 0 ? clitics[c - 1] : end)
}

const SUSPENDED = /[ \u00A0](?:and|or|to|und|oder|bis|y|o|et|ou|en|of|e)[ \u00A0]/y

/** `pre- and post-war`, German `Haupt- und`, `Haupt-, Real-`: a hyphen at the end of a word whose last part follows. */
function isSuspended(source: SourceText, at: number, end: number): boolean {
  const { text } = source
  const isCompounding = () => source.language === 'de' || source.language === 'nl'
  if (at < end) return /[,)/]/.test(text[at]) && isCompounding()
  SUSPENDED.lastIndex = at
  return SUSPENDED.test(text) || isCompounding()
}
