/**
 * The chunk rules of conlleval.pl (Erik Tjong Kim Sang, 2004-01-26), line by line: whether a chunk starts or ends
 * between two neighboring tags, whatever scheme or mixture of schemes they are in.
 *
 * The script has rules for `B I E O` only. `S-`, `L-` and `U-` start and end a chunk merely where the type changes,
 * so that neighbors of the same type in IOBES melt together, as an `E-` and a `B-` after it do. That is kept here to
 * the letter, since its figures are what papers compare; `lenientSpans` reads such tags as they are meant.
 */
import { type Prefix, parseTag, type Tag } from './scheme.js'
import type { TokenSpan } from './span.js'

type Letter = Prefix | 'O'

/** Pairs (previous, next) that end a chunk, and that start one, even where the type stays the same. */
const ENDS = new Set(['BB', 'BO', 'IB', 'IO', 'EE', 'EI', 'EO'])
const STARTS = new Set(['BB', 'IB', 'OB', 'OI', 'EE', 'EI', 'OE'])

/** Whether a chunk that covers the previous token ends before the next. `O` and the sentence's edges have type ''. */
export function endOfChunk(previous: Letter, next: Letter, sameType: boolean): boolean {
  return ENDS.has(previous + next) || (previous !== 'O' && !sameType)
}

/** Whether a chunk starts at the next token. */
export function startOfChunk(previous: Letter, next: Letter, sameType: boolean): boolean {
  return STARTS.has(previous + next) || (next !== 'O' && !sameType)
}

/**
 * The chunks of one sentence as conlleval.pl finds them.
 * @throws TagError `tags/malformed`
 *
 * @example
 * conllevalSpans(['I-PER', 'I-LOC', 'B-LOC']).length // 3
 */
export function conllevalSpans(tags: readonly string[]): TokenSpan[] {
  return chunkSpans(tags, startOfChunk, endOfChunk)
}

type Rule = (previous: Letter, next: Letter, sameType: boolean) => boolean

/** Spans between a rule's starts and ends; both rules must agree on where a chunk stops. */
export function chunkSpans(tags: readonly string[], starts: Rule, ends: Rule): TokenSpan[] {
  const spans: TokenSpan[] = []
  let previous: Tag = parseTag('O')
  let start = -1
  for (let i = 0; i <= tags.length; i++) {
    const tag: Tag = parseTag(i < tags.length ? tags[i] : 'O')
    const same = tag.type === previous.type
    if (start >= 0 && ends(previous.prefix, tag.prefix, same)) {
      spans.push({ start, end: i, type: previous.type })
      start = -1
    }
    if (starts(previous.prefix, tag.prefix, same)) start = i
    previous = tag
  }
  return spans
}
