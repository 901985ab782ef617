/**
 * Sentence splitting by rules over tokens: the tokenizer has already decided which stops belong to abbreviations,
 * initials, decimals and URLs, so what is left is to tell where a stop, a blank line or a list item ends a sentence.
 */
import { abbreviationKind, isOpenerAt, lastPart, type StopKind } from './abbreviation.js'
import {
  CLOSE,
  classAt,
  IDEOGRAPH,
  isWordClass,
  KATAKANA,
  LOWER,
  OPEN,
  PICTOGRAPH,
  QUOTE,
  UPPER,
} from './characters.js'
import { scanEmoticon } from './emoticon.js'
import { type LineLayout, lineLayout } from './line-layout.js'
import type { TextRange, TextToken } from './token.js'
import { tokenize } from './tokenize.js'

/** A sentence of running text: its range and its tokens, whose offsets are into the whole text. */
export interface TextSentence extends TextRange {
  readonly tokens: readonly TextToken[]
}

/**
 * Splits running text into sentences of tokens. Every token is in exactly one sentence; the gaps between sentences are
 * white space, or nothing where a space was forgotten.
 *
 * @example
 * segment('Ada wrote. He paid.').sentences.map(s => [s.start, s.end, s.tokens.length]) // [[0, 10, 3], [11, 19, 3]]
 */
export function segment(text: string): { readonly sentences: readonly TextSentence[] } {
  const tokens = tokenize(text)
  return {
    sentences: sentenceBounds(text, tokens).map(([from, to]) => ({
      start: tokens[from].start,
      end: tokens[to - 1].end,
      tokens: tokens.slice(from, to),
    })),
  }
}

/**
 * The ranges of a text's sentences, in order, from the first to the last character that is not white space of each.
 * `tokens`, where given, must be `tokenize(text)`.
 *
 * @example
 * splitSentences('He met Dr. Who. It rained.') // [{ start: 0, end: 15 }, { start: 16, end: 26 }]
 */
export function splitSentences(text: string, tokens: readonly TextToken[] = tokenize(text)): TextRange[] {
  return sentenceBounds(text, tokens).map(([from, to]) => ({
    start: tokens[from].start,
    end: tokens[to - 1].end,
  }))
}

/** Half-open token ranges of the sentences. */
function sentenceBounds(text: string, tokens: readonly TextToken[]): [number, number][] {
  const bounds: [number, number][] = []
  const layout = lineLayout(text)
  let from = 0
  let at = 0
  while (at < tokens.length) {
    const to = at + 1
    const gap = to < tokens.length ? lineBreak(text, tokens[at].end, tokens[to].start) : 'end'
    if (gap === 'end' || isBroken(text, tokens, to, gap, layout)) {
      bounds.push([from, to])
      from = to
      at = to
      continue
    }
    const stop = stopKind(text, tokens, at)
    if (stop === undefined) {
      at = to
      continue
    }
    // p.m.? ends with its second stop
    const isDoubled =
      stop === 'abbreviation' && tokens[to].start === tokens[at].end && isBareStop(tokens[to].text)
    const closed = isDoubled ? to : skipClosers(text, tokens, to)
    if (!isDoubled && endsHere(text, tokens, from, at, closed, stop)) {
      bounds.push([from, closed])
      from = closed
    }
    at = Math.max(closed, to)
  }
  return bounds
}

/** Whether the white space before token `next` ends a sentence whatever stands before it. */
function isBroken(
  text: string,
  tokens: readonly TextToken[],
  next: number,
  gap: Gap,
  layout: LineLayout,
): boolean {
  if (gap !== 'line') return gap === 'paragraph'
  if (isItemStart(tokens, next)) return true
  return (
    firstClass(text, tokens, next) !== LOWER && layout.isMeant(tokens[next - 1].end - 1, tokens[next].start)
  )
}

type Gap = 'none' | 'line' | 'paragraph'

/** What the white space between two tokens says: a line break, or a blank line. */
function lineBreak(text: string, start: number, end: number): Gap {
  let lines = 0
  for (let i = start; i < end && lines < 2; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x2029 || unit === 0x0c) return 'paragraph'
    if (unit === 0x0a || unit === 0x2028 || unit === 0x85) lines++
    else if (unit === 0x0d && text.charCodeAt(i + 1) !== 0x0a) lines++
  }
  return lines === 0 ? 'none' : lines === 1 ? 'line' : 'paragraph'
}

/** Whether the token that starts a line opens a list item: a bullet, `1.`, `1)`, `a)`, `(1)`. */
function isItemStart(tokens: readonly TextToken[], at: number): boolean {
  const { text, end } = tokens[at]
  if (/^(?:[-*•‣⁃◦▪●·–—+]|\d{1,3}\.)$/.test(text)) return isApart(tokens, at)
  const next = tokens[at + 1]
  if (next === undefined || next.start !== end) return false
  if (next.text === ')' || next.text === '.')
    return /^(?:\d{1,3}|[a-z]|[ivx]{1,4})$/i.test(text) && isApart(tokens, at + 1)
  const after = tokens[at + 2]
  return text === '(' && after?.text === ')' && /^(?:\d{1,3}|[a-z]|[ivx]{1,4})$/i.test(next.text)
}

/** Whether white space follows the token and something stands behind it. */
function isApart(tokens: readonly TextToken[], at: number): boolean {
  return at + 1 < tokens.length && tokens[at + 1].start > tokens[at].end
}

/** `full` ends a sentence whatever follows; `abbreviation` is a stop that belongs to its word. */
type Stop = 'full' | 'stop' | 'exclaim' | 'ellipsis' | 'abbreviation'

const FULL = /^[。！？｡．।॥۔؟։።፧။᙮‽]+$/u

function stopKind(text: string, tokens: readonly TextToken[], at: number): Stop | undefined {
  const token = tokens[at]
  const word = token.text
  const last = word.charCodeAt(word.length - 1)
  if (last === 0x2e) {
    if (word.length === 1) return 'stop'
    if (word.charCodeAt(0) === 0x2e) return 'ellipsis'
    const startsWord = isWordClass(classAt(text, token.start, token.end))
    return startsWord && stoppedKind(text, token) ? 'abbreviation' : undefined
  }
  if (last === 0x21 || last === 0x3f) return /^[!?]+$/.test(word) ? 'exclaim' : undefined
  if (last < 0x80) return undefined
  if (last === 0x2026) return 'ellipsis'
  return FULL.test(word) ? 'full' : /^[!?！？‽⁉‼]+$/u.test(word) ? 'exclaim' : undefined
}

/** The kind of an abbreviation token with its stop. */
function stoppedKind(text: string, { start, end }: TextToken): StopKind | undefined {
  return abbreviationKind(text, lastPart(text, start, end - 1), end - 1)
}

/** Whether the token is a closing bracket or quote that touches the token before it (`»` may keep the French space). */
function isCloser(text: string, tokens: readonly TextToken[], at: number): boolean {
  const token = tokens[at]
  if (token.start !== tokens[at - 1].end) return token.text === '»' && !touchesNext(tokens, at)
  const value = classAt(text, token.start, token.end)
  // German closes with “ ‘ « what it opened with „ ‚ ».
  if (value === OPEN) return /^[“‘«‹]$/u.test(token.text) && !touchesNext(tokens, at)
  // 's and '90s are no quotes.
  return (value === CLOSE || value === QUOTE) && !isWordClass(classAt(text, token.end - 1, token.end))
}

function touchesNext(tokens: readonly TextToken[], at: number): boolean {
  return at + 1 < tokens.length && tokens[at + 1].start === tokens[at].end
}

/** Emoji and emoticons after a stop belong to the sentence it ends. */
function isFace(text: string, token: TextToken): boolean {
  const value = classAt(text, token.start, token.end)
  return value === PICTOGRAPH || scanEmoticon(text, token.start, token.start, token.end) === token.end
}

/** The first token after the closers, further stops and faces that belong to the sentence a stop ended. */
function skipClosers(text: string, tokens: readonly TextToken[], from: number): number {
  let at = from
  while (at < tokens.length) {
    const isMore =
      isCloser(text, tokens, at) ||
      (tokens[at].start === tokens[at - 1].end && isBareStop(tokens[at].text)) ||
      (isFace(text, tokens[at]) && lineBreak(text, tokens[at - 1].end, tokens[at].start) === 'none')
    if (!isMore) return at
    at++
  }
  return at
}

function isBareStop(word: string): boolean {
  return /^[.!?…。！？]+$/u.test(word)
}

/** Whether the stop at token `at` ends the sentence `[from, …)`, whose next token would be `next`. */
function endsHere(
  text: string,
  tokens: readonly TextToken[],
  from: number,
  at: number,
  next: number,
  stop: Stop,
): boolean {
  if (next >= tokens.length) return true
  const gap = lineBreak(text, tokens[next - 1].end, tokens[next].start)
  if (gap === 'paragraph' || (gap === 'line' && isItemStart(tokens, next))) return true
  const isGlued = tokens[next].start === tokens[next - 1].end
  const closers = next > at + 1
  const opening = firstClass(text, tokens, next)
  const afterOpen = at > from && classAt(text, tokens[at - 1].start, tokens[at - 1].end) === OPEN
  switch (stop) {
    case 'full':
      return !(closers && isContinued(tokens[next].text))
    case 'abbreviation':
      return !isGlued && endsAtAbbreviation(text, tokens, at, next, gap === 'line')
    case 'ellipsis':
      return !isGlued && opening !== LOWER && opening !== CARRIES_ON && !(at === from && !closers)
    case 'exclaim':
      if (afterOpen || opening === CARRIES_ON) return false
      if (opening !== LOWER) return !isGlued || opening === UPPER
      return !isGlued && !closers && !isNamed(text, tokens, from, at)
    case 'stop':
      if (opening === CARRIES_ON || afterOpen) return false
      // a stop that leans on what follows, as in ` .then`
      if (isGlued && at > from && tokens[at - 1].end < tokens[at].start) return false
      if (isGlued) return opening === UPPER || opening === IDEOGRAPH || opening === KATAKANA
      // A writer who began the sentence in lower case will begin the next so too.
      return opening !== LOWER || (!closers && startsLower(text, tokens, from))
  }
}

/** No class of characters: punctuation that carries a sentence on after a stop, such as a comma or a dash. */
const CARRIES_ON = -1

/** Japanese and Chinese carry on after a quoted sentence with a particle or a comma. */
function isContinued(word: string): boolean {
  return /^[とって、，]/u.test(word)
}

/** The class of the first character that counts of what follows, past opening quotes and brackets; or CARRIES_ON. */
function firstClass(text: string, tokens: readonly TextToken[], next: number): number {
  for (let i = next; i < Math.min(tokens.length, next + 4); i++) {
    const token = tokens[i]
    const value = classAt(text, token.start, token.end)
    if (token.text === '»' && touchesNext(tokens, i)) continue
    if (/^[,;:)\]}»]$/u.test(token.text)) return CARRIES_ON
    if (/^(?:[-–—]+|&)$/u.test(token.text)) return CARRIES_ON
    if (value === OPEN || value === QUOTE) {
      // 's and '90s are words
      if (token.text.length > 1 && isWordClass(classAt(text, token.start + 1, token.end))) return LOWER
      continue
    }
    return value
  }
  return UPPER
}

function startsLower(text: string, tokens: readonly TextToken[], from: number): boolean {
  return firstClass(text, tokens, from) === LOWER
}

/** `Yahoo! is`: one exclamation mark after a capitalized word that does not begin the sentence. */
function isNamed(text: string, tokens: readonly TextToken[], from: number, at: number): boolean {
  const before = tokens[at - 1]
  if (at <= from || tokens[at].text !== '!' || before.end !== tokens[at].start) return false
  return classAt(text, before.start, before.end) === UPPER
}

/** A stop that belongs to an abbreviation ends the sentence too where a common opener follows, titles aside. */
function endsAtAbbreviation(
  text: string,
  tokens: readonly TextToken[],
  at: number,
  next: number,
  newLine: boolean,
): boolean {
  const token = tokens[at]
  const kind = stoppedKind(text, token)
  if (kind === 'title' || kind === 'number' || kind === undefined) return false
  let first = next
  while (first + 1 < tokens.length && first < next + 3) {
    const value = classAt(text, tokens[first].start, tokens[first].end)
    if (value !== OPEN && value !== QUOTE) break
    first++
  }
  const isLatin = /^(?:e\.?g|i\.?e|cf|viz|vs|c\.f|approx|al)\.$/i.test(token.text)
  if (isLatin && token.text !== 'al.') return false
  return (
    isOpenerAt(text, tokens[first].start) ||
    (newLine && classAt(text, tokens[first].start, tokens[first].end) === UPPER)
  )
}
