import { createSpanReader, type Letter } from './read-spans.js'
import type { TokenSpan } from './span.js'

const LASTS = 'ESLUW'
const FIRSTS = 'BSUW'

const read = createSpanReader(({ previous, next, sameType }) => ({
  open: endsEntity(previous, next, sameType) ? 'ends' : 'continues',
  starts: startsEntity(previous, next, sameType),
}))

/**
 * The entities that any mixture of tags most likely means. `B I O` follow conlleval's chunk rules, and `M-` is
 * like `I-`. `S-`, `U-` and `W-` are entities of one token, and `E-` and `L-` are the last token of an entity. An `I-`, `M-`,
 * `E-` or `L-` without an open entity starts one, and the end of the sentence ends one. Entities of a corpus are counted in this way. For well-formed tags of
 * any scheme, this is the same as `decodeSpans`.
 * @throws TagError `tags/malformed`
 *
 * @example
 * lenientSpans(['S-LOC', 'S-LOC']).length // 2, where conlleval.pl sees one
 */
export function lenientSpans(tags: readonly string[]): TokenSpan[] {
  return read(tags)
}

export function startsEntity(previous: Letter, next: Letter, sameType: boolean): boolean {
  return next !== 'O' && (!sameType || previous === 'O' || separates(previous, next))
}

export function endsEntity(previous: Letter, next: Letter, sameType: boolean): boolean {
  return previous !== 'O' && (!sameType || next === 'O' || separates(previous, next))
}

function separates(previous: Letter, next: Letter): boolean {
  return LASTS.includes(previous) || FIRSTS.includes(next)
}
