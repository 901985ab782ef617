/** Entities of a text in its tokens, where the two need not fit. */
import { encodeSpans } from '../tags/encode-spans.js'
import type { TokenSpan } from '../tags/span.js'
import type { Offsets, Sentence, TextSpan } from './sentence.js'
import { sliceAll } from './text-tokens.js'

/** An entity of a text and the tokens that it touches. */
export interface ProjectedEntity {
  /** Without white space at its edges. */
  readonly entity: TextSpan
  /** The touched tokens: half-open indices. Empty if the entity touches none. */
  readonly start: number
  readonly end: number
  /** Whether they hold the entity and nothing else. White space at its edges does not count. */
  readonly isExact: boolean
  /** Whether the tokens are tagged as this entity. */
  readonly isTagged: boolean
}

/**
 * An entity that begins or ends inside a token is tagged as the tokens that it touches if at least this share of their
 * text, from the first to the last, is its own. Otherwise it is left out.
 */
const OWN_SHARE = 0.5

/**
 * Finds the tokens of each entity. Exact ones are tagged, and of the others those that have most of their tokens to
 * themselves.
 * @param entities in order, without overlaps
 * @param offsets ranges of the tokens, in order
 *
 * @example
 * const offsets = [{ start: 0, end: 11 }] // Tokyo-based
 * projectEntities([{ start: 0, end: 5, type: 'LOC' }], offsets)[0].isExact // false
 */
export function projectEntities(
  entities: readonly TextSpan[],
  offsets: readonly Offsets[],
): ProjectedEntity[] {
  let at = 0
  const touched = entities.map(entity => {
    while (at < offsets.length && offsets[at].end <= entity.start) at++
    let end = at
    while (end < offsets.length && offsets[end].start < entity.end) end++
    const isEmpty = end === at
    const [from, to] = isEmpty ? [0, 0] : [offsets[at].start, offsets[end - 1].end]
    const own = Math.min(entity.end, to) - Math.max(entity.start, from)
    const isExact = !isEmpty && from >= entity.start && to <= entity.end
    const mayBeTagged = isExact || (!isEmpty && own >= OWN_SHARE * (to - from))
    const trimmed = isEmpty
      ? entity
      : { start: Math.max(entity.start, from), end: Math.min(entity.end, to), type: entity.type }
    return { entity: trimmed, start: at, end, isExact, mayBeTagged }
  })
  // Two entities may touch one token, but a token has one tag.
  const taken = new Set<number>()
  const take = ({ start, end }: { readonly start: number; readonly end: number }) => {
    for (let i = start; i < end; i++) if (taken.has(i)) return false
    for (let i = start; i < end; i++) taken.add(i)
    return true
  }
  for (const each of touched) if (each.isExact) take(each)
  return touched.map(({ mayBeTagged, ...each }) => ({
    ...each,
    isTagged: each.isExact || (mayBeTagged && take(each)),
  }))
}

/** A text with tokens and entities as a sentence has them, tagged in BIO. @param projected by `projectEntities` */
export function taggedText(
  text: string,
  offsets: readonly Offsets[],
  projected: readonly ProjectedEntity[],
): Required<Pick<Sentence, 'tokens' | 'tags' | 'text' | 'offsets'>> & Pick<Sentence, 'entities'> {
  const spans = projected.flatMap(({ entity, start, end, isTagged }): TokenSpan[] =>
    isTagged ? [{ start, end, type: entity.type }] : [],
  )
  return {
    text,
    offsets,
    tokens: sliceAll(text, offsets),
    tags: encodeSpans(spans, offsets.length, 'BIO'),
    ...(projected.some(({ isExact }) => !isExact) && { entities: projected.map(({ entity }) => entity) }),
  }
}
