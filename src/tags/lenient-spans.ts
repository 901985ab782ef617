import { chunkSpans } from './conlleval-chunks.js'
import type { Prefix } from './scheme.js'
import type { TokenSpan } from './span.js'

type Letter = Prefix | 'O'

const LASTS = 'ESLU'
const FIRSTS = 'BSU'

/**
 * The entities that any mixture of tags was most likely meant to say: conlleval's chunk rules for `B I O`, and for
 * the rest what their names promise: `S-` and `U-` stand alone, nothing follows `E-` or `L-` within an entity.
 * An `I-`, `E-` or `L-` with nothing to carry on opens an entity; one left open is closed. This is how entities of a
 * corpus are counted, and it equals `decodeSpans` for well-formed tags of every scheme.
 * @throws TagError `tags/malformed`
 *
 * @example
 * lenientSpans(['S-LOC', 'S-LOC']).length // 2, where conlleval.pl sees one
 */
export function lenientSpans(tags: readonly string[]): TokenSpan[] {
  return chunkSpans(tags, startsEntity, endsEntity)
}

export function startsEntity(previous: Letter, next: Letter, sameType: boolean): boolean {
  return next !== 'O' && (!sameType || previous === 'O' || parts(previous, next))
}

export function endsEntity(previous: Letter, next: Letter, sameType: boolean): boolean {
  return previous !== 'O' && (!sameType || next === 'O' || parts(previous, next))
}

function parts(previous: Letter, next: Letter): boolean {
  return LASTS.includes(previous) || FIRSTS.includes(next)
}
