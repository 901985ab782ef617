import { conllevalSpans } from '../tags/conlleval-chunks.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { marksLast, type Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import type { ScoreMode } from './scores.js'

/** A predicted entity; `score` in [0, 1] is the model's own probability of it, if there is one. */
export interface PredictedSpan extends TokenSpan {
  readonly score?: number
}

/** A sentence with its gold and predicted entities: the input of the error analyses. */
export interface ScoredSentence {
  readonly tokens: readonly string[]
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly PredictedSpan[]
  /** Its place for lists, such as `dev.conll:120`. */
  readonly where?: string
  /** The text that people read, and each token's range of it; without them, tokens are joined by spaces. */
  readonly text?: string
  readonly offsets?: readonly SpanRange[]
}

/**
 * How a mode reads entities from tags; `strict` needs a scheme. Mode `conlleval` reads single and last tags as they are
 * meant if the scheme is stated to be one that has them (IOBES, BILOU …), as conlleval.pl does after a conversion to BIO; otherwise the
 * script's own rules hold.
 */
export function spanReader(mode: ScoreMode, scheme?: Scheme): (tags: readonly string[]) => TokenSpan[] {
  if (mode === 'strict') {
    if (scheme === undefined) throw new TypeError('mode strict needs a scheme')
    return tags => decodeSpans(tags, scheme)
  }
  return scheme !== undefined && marksLast(scheme) ? lenientSpans : conllevalSpans
}

/** The tokens of an entity, joined by spaces: the same for the same tokens, whatever text they stand in. */
export function mentionText(tokens: readonly string[], span: TokenSpan): string {
  return tokens.slice(span.start, span.end).join(' ')
}

/** What a person reads of a sentence, from token `start` up to token `end`. */
export function readableText(
  { tokens, text, offsets }: Pick<ScoredSentence, 'tokens' | 'text' | 'offsets'>,
  { start, end }: SpanRange,
): string {
  if (start >= end) return ''
  if (text === undefined || offsets === undefined) return tokens.slice(start, end).join(' ')
  return text.slice(offsets[start].start, offsets[end - 1].end)
}

export function isSameSpan(a: TokenSpan, b: TokenSpan): boolean {
  return a.start === b.start && a.end === b.end && a.type === b.type
}

/** Where a token or span begins and ends. */
export type SpanRange = Pick<TokenSpan, 'start' | 'end'>

/** Spans of tokens as spans of a text. @param ranges of each token in the text */
export function placeSpans(spans: readonly TokenSpan[], ranges: readonly SpanRange[]): TokenSpan[] {
  return spans.map(({ start, end, type }) => ({ start: ranges[start].start, end: ranges[end - 1].end, type }))
}

/** How many tokens two spans share. */
export function overlapOf(a: TokenSpan, b: TokenSpan): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start))
}
