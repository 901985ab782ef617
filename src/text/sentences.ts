/**
 * Sentence splitting by rules over tokens. The tokenizer has already decided which stops belong to abbreviations,
 * initials, decimals and URLs. What is left is to decide which stops, line breaks and list items end a sentence.
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
import { SourceText } from './language.js'
import { type LineLayout, lineLayout } from './line-layout.js'
import type { TextRange, TextToken } from './token.js'
import { tokensOf } from './tokenize.js'

/** A sentence of running text. The offsets of its tokens are into the whole text. */
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
  return { sentences: sentencesOf(new SourceText(text)) }
}

/** The sentences of a text with what is known about it. */
export function sentencesOf(source: SourceText): TextSentence[] {
  const tokens = tokensOf(source)
  const bounds = new Splitter(source, tokens).bounds()
  return bounds.map(([from, to]) => ({ ...rangeOf(tokens, from, to), tokens: tokens.slice(from, to) }))
}

/**
 * The ranges of a text's sentences, in order, without white space at their edges.
 *
 * @param tokens those of `tokenize(text)`, if they are known already
 * @example
 * splitSentences('He met Dr. Who. It rained.') // [{ start: 0, end: 15 }, { start: 16, end: 26 }]
 */
export function splitSentences(text: string, tokens?: readonly TextToken[]): TextRange[] {
  const source = new SourceText(text)
  const known = tokens ?? tokensOf(source)
  return new Splitter(source, known).bounds().map(([from, to]) => rangeOf(known, from, to))
}

function rangeOf(tokens: readonly TextToken[], from: number, to: number): TextRange {
  return { start: tokens[from].start, end: tokens[to - 1].end }
}

type Gap = 'none' | 'line' | 'paragraph'

/** `full` ends a sentence whatever follows. `abbreviation` is a stop that belongs to its word. */
type Stop = 'full' | 'stop' | 'exclaim' | 'ellipsis' | 'abbreviation'

/** Not a class of characters: punctuation that continues a sentence after a stop, such as a comma or a dash. */
const CONTINUES = -1

/** The rules, over the tokens of one text. */
class Splitter {
  private readonly text: string
  private readonly layout: LineLayout

  constructor(
    private readonly source: SourceText,
    private readonly tokens: readonly TextToken[],
  ) {
    this.text = source.text
    this.layout = lineLayout(source.text)
  }

  /** Half-open token ranges of the sentences. */
  bounds(): [number, number][] {
    const { tokens } = this
    const bounds: [number, number][] = []
    let from = 0
    let at = 0
    while (at < tokens.length) {
      const to = at + 1
      if (to === tokens.length || this.breaksBefore(to)) {
        bounds.push([from, to])
        from = to
        at = to
        continue
      }
      const stop = this.stopKind(at)
      if (stop === undefined) {
        at = to
        continue
      }
      // "p.m.?" ends with its second stop.
      const isDoubled = stop === 'abbreviation' && this.touches(to) && isBareStop(tokens[to].text)
      const closed = isDoubled ? to : this.skipClosers(to)
      if (!isDoubled && this.endsHere(from, at, closed, stop)) {
        bounds.push([from, closed])
        from = closed
      }
      at = Math.max(closed, to)
    }
    return bounds
  }

  /** The class of a token's first character. */
  private classOf(at: number): number {
    return classAt(this.text, this.tokens[at].start, this.tokens[at].end)
  }

  /** Whether no white space is before a token. */
  private touches(at: number): boolean {
    return at < this.tokens.length && this.tokens[at].start === this.tokens[at - 1].end
  }

  /** Whether the white space before a token ends a sentence, whatever is before it. */
  private breaksBefore(next: number): boolean {
    const gap = this.gapBefore(next)
    if (gap !== 'line') return gap === 'paragraph'
    if (this.isItemStart(next)) return true
    const { tokens } = this
    return (
      this.opening(next) !== LOWER && this.layout.isIntended(tokens[next - 1].end - 1, tokens[next].start)
    )
  }

  /** What the white space before a token is: a line break, a blank line, or neither. */
  private gapBefore(next: number): Gap {
    const { text, tokens } = this
    const end = tokens[next].start
    let lines = 0
    for (let i = tokens[next - 1].end; i < end && lines < 2; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0x2029 || unit === 0x0c) return 'paragraph'
      if (unit === 0x0a || unit === 0x2028 || unit === 0x85) lines++
      else if (unit === 0x0d && text.charCodeAt(i + 1) !== 0x0a) lines++
    }
    return lines === 0 ? 'none' : lines === 1 ? 'line' : 'paragraph'
  }

  /** Whether the token that starts a line opens a list item: a bullet, `1.`, `1)`, `a)`, `(1)`. */
  private isItemStart(at: number): boolean {
    const { tokens } = this
    const { text } = tokens[at]
    const isApart = (last: number) => last + 1 < tokens.length && !this.touches(last + 1)
    if (/^(?:[-*•‣⁃◦▪●·–—+]|\d{1,3}\.)$/.test(text)) return isApart(at)
    if (!this.touches(at + 1)) return false
    const isNumber = (word: string) => /^(?:\d{1,3}|[a-z]|[ivx]{1,4})$/i.test(word)
    const next = tokens[at + 1].text
    if (next === ')' || next === '.') return isNumber(text) && isApart(at + 1)
    return text === '(' && tokens[at + 2]?.text === ')' && isNumber(next)
  }

  private stopKind(at: number): Stop | undefined {
    const word = this.tokens[at].text
    const last = word.charCodeAt(word.length - 1)
    if (last === 0x2e) {
      if (word.length === 1) return 'stop'
      if (word.charCodeAt(0) === 0x2e) return 'ellipsis'
      return isWordClass(this.classOf(at)) && this.abbreviation(at) ? 'abbreviation' : undefined
    }
    if (last === 0x21 || last === 0x3f) return /^[!?]+$/.test(word) ? 'exclaim' : undefined
    if (last < 0x80) return undefined
    if (last === 0x2026) return 'ellipsis'
    if (/^[。！？｡．।॥۔؟։።፧။᙮‽]+$/u.test(word)) return 'full'
    return /^[!?！？‽⁉‼]+$/u.test(word) ? 'exclaim' : undefined
  }

  /** The kind of an abbreviation token with its stop. */
  private abbreviation(at: number): StopKind | undefined {
    const { start, end } = this.tokens[at]
    const kind = abbreviationKind(this.source, lastPart(this.text, start, end - 1), end - 1)
    // The tokenizer leaves the stop of a single small letter only where it belongs to it: `u. a.`
    return kind ?? (end - start === 2 && this.classOf(at) === LOWER ? 'acronym' : undefined)
  }

  /** The first token after the closers, further stops and faces that belong to the sentence that a stop ended. */
  private skipClosers(from: number): number {
    let at = from
    while (at < this.tokens.length) {
      const isMore =
        this.isCloser(at) ||
        (this.touches(at) && isBareStop(this.tokens[at].text)) ||
        (this.isFace(at) && this.gapBefore(at) === 'none')
      if (!isMore) return at
      at++
    }
    return at
  }

  /** Whether the token is a closing bracket or quote right after another token (`»` may follow a French space). */
  private isCloser(at: number): boolean {
    const { text, end } = this.tokens[at]
    if (!this.touches(at)) return text === '»' && !this.touches(at + 1)
    const value = this.classOf(at)
    // German closes with “ ‘ « what it opened with „ ‚ ».
    if (value === OPEN) return /^[“‘«‹]$/u.test(text) && !this.touches(at + 1)
    // 's and '90s are not quotes.
    return (value === CLOSE || value === QUOTE) && !isWordClass(classAt(this.text, end - 1, end))
  }

  /** Emoji and emoticons after a stop belong to the sentence that it ends. */
  private isFace(at: number): boolean {
    const { start, end } = this.tokens[at]
    return this.classOf(at) === PICTOGRAPH || scanEmoticon(this.text, start, start, end) === end
  }

  /** Whether the stop at token `at` ends the sentence that starts at `from`. The token after it would be `next`. */
  private endsHere(from: number, at: number, next: number, stop: Stop): boolean {
    const { tokens } = this
    if (next >= tokens.length) return true
    const gap = this.gapBefore(next)
    if (gap === 'paragraph' || (gap === 'line' && this.isItemStart(next))) return true
    const isGlued = this.touches(next)
    const hasClosers = next > at + 1
    const opening = this.opening(next)
    const isAfterOpen = at > from && this.classOf(at - 1) === OPEN
    switch (stop) {
      case 'full':
        // Japanese and Chinese continue after a quoted sentence with a particle or a comma.
        return !(hasClosers && /^[とって、，]/u.test(tokens[next].text))
      case 'abbreviation':
        return !isGlued && this.endsAtAbbreviation(at, next, gap === 'line')
      case 'ellipsis':
        return !isGlued && opening !== LOWER && opening !== CONTINUES && !(at === from && !hasClosers)
      case 'exclaim':
        if (isAfterOpen || opening === CONTINUES) return false
        if (opening !== LOWER) return !isGlued || opening === UPPER
        return !isGlued && !hasClosers && !this.isNamed(from, at)
      case 'stop':
        if (opening === CONTINUES || isAfterOpen) return false
        // A stop that belongs to what follows, as in ` .then`.
        if (isGlued && at > from && !this.touches(at)) return false
        if (isGlued) return opening === UPPER || opening === IDEOGRAPH || opening === KATAKANA
        // A writer who began this sentence in lower case will begin the next one in lower case too.
        return opening !== LOWER || (!hasClosers && this.opening(from) === LOWER)
    }
  }

  /** The class of the first character that counts, after opening quotes and brackets; or CONTINUES. */
  private opening(next: number): number {
    const { text, tokens } = this
    for (let i = next; i < Math.min(tokens.length, next + 4); i++) {
      const token = tokens[i]
      const value = this.classOf(i)
      if (token.text === '»' && this.touches(i + 1)) continue
      if (/^(?:[,;:)\]}»&]|[-–—]+)$/u.test(token.text)) return CONTINUES
      if (value !== OPEN && value !== QUOTE) return value
      // 's and '90s are words.
      if (token.text.length > 1 && isWordClass(classAt(text, token.start + 1, token.end))) return LOWER
    }
    return UPPER
  }

  /** `Yahoo! is`: one exclamation mark after a capitalized word that does not begin the sentence. */
  private isNamed(from: number, at: number): boolean {
    return at > from && this.tokens[at].text === '!' && this.touches(at) && this.classOf(at - 1) === UPPER
  }

  /** The stop of an abbreviation also ends the sentence before a common first word, except after titles. */
  private endsAtAbbreviation(at: number, next: number, isNewLine: boolean): boolean {
    const { source, tokens } = this
    const kind = this.abbreviation(at)
    if (kind === 'title' || kind === 'number' || kind === undefined) return false
    const isLatin = /^(?:e\.?g|i\.?e|cf|viz|vs|c\.f|approx|al)\.$/i.test(tokens[at].text)
    if (isLatin && tokens[at].text !== 'al.') return false
    let first = next
    while (first + 1 < tokens.length && first < next + 3) {
      const value = this.classOf(first)
      if (value !== OPEN && value !== QUOTE) break
      first++
    }
    return isOpenerAt(source, tokens[first].start) || (isNewLine && this.classOf(first) === UPPER)
  }
}

function isBareStop(word: string): boolean {
  return /^[.!?…。！？]+$/u.test(word)
}
