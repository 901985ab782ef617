import { createSpanReader, type Letter } from './read-spans.js'
import type { TokenSpan } from './span.js'

const LASTS = 'ESLU'
const FIRSTS = 'BSU'

const read = createSpanReader(({ previous, next, sameType }) => ({
  open: endsEntity(previous, next, sameType) ? 'ends' : 'goes on',
  starts: startsEntity(previous, next, sameType),
}))

/**
 * The entities that any mixture of tags was most likely meant to have: conlleval's chunk rules for `B I O`, and for
 * the rest what their names promise: `S-` and `U-` stand alone, nothing follows `E-` or `L-` within an entity.
 * An `I-`, `E-` or `L-` with nothing to continue opens an entity; one left open is closed. This is how the entities of a
 * corpus are counted, and it equals `decodeSpans` for well-formed tags of every scheme.
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
