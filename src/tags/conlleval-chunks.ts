/**
 * The chunk rules of conlleval.pl (Erik Tjong Kim Sang, 2004-01-26), line by line: whether a chunk starts or ends
 * between two neighboring tags, in any scheme or mixture of schemes.
 *
 * The script has rules for `B I E O` only. `S-`, `L-`, `U-`, `M-` and `W-` start and end a chunk only where the type changes, so
 * that neighbors of one type in IOBES become one chunk, and so do an `E-` and a `B-` after it. Papers compare the
 * script's figures, so it is the same here. `lenientSpans` reads such tags as they are meant.
 */
import { createSpanReader } from './read-spans.js'
import type { TokenSpan } from './span.js'

/** Pairs (previous, next) that end a chunk, and that start one, even if the type stays the same. */
const ENDS = new Set(['BB', 'BO', 'IB', 'IO', 'EE', 'EI', 'EO'])
const STARTS = new Set(['BB', 'IB', 'OB', 'OI', 'EE', 'EI', 'OE'])

const read = createSpanReader(({ previous, next, sameType }) => ({
  open: ENDS.has(previous + next) || (previous !== 'O' && !sameType) ? 'ends' : 'continues',
  starts: STARTS.has(previous + next) || (next !== 'O' && !sameType),
}))

/**
 * The chunks of one sentence as conlleval.pl finds them.
 * @throws TagError `tags/malformed`
 *
 * @example
 * conllevalSpans(['I-PER', 'I-LOC', 'B-LOC']).length // 3
 */
export function conllevalSpans(tags: readonly string[]): TokenSpan[] {
  return read(tags)
}
