import { encodeSpans } from '../tags/encode-spans.js'
import { expressibleSpans } from '../tags/expressible-spans.js'
import type { Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'

/** What a tagger found in a sentence, or in a part of one: a tag a token, and entities by token indices. */
export interface FoundEntities<Span extends TokenSpan = TokenSpan> {
  readonly tags: readonly string[]
  readonly spans: readonly Span[]
}

/**
 * What was found in the parts of one sentence (see `cutSentences`), as found in the sentence. No entity reaches over a cut:
 * neighbors of one type on both sides of it are two.
 *
 * @example
 * const part = { tags: ['O', 'B-PER'], spans: [{ start: 1, end: 2, type: 'PER' }] }
 * joinFound([part, part]).spans[1] // { start: 3, end: 4, type: 'PER' }
 */
export function joinFound<Span extends TokenSpan>(
  parts: readonly FoundEntities<Span>[],
): FoundEntities<Span> {
  if (parts.length === 1) return parts[0]
  let before = 0
  const spans = parts.flatMap(part => {
    const shift = before
    before += part.tags.length
    return part.spans.map(span => ({ ...span, start: span.start + shift, end: span.end + shift }))
  })
  return { tags: parts.flatMap(({ tags }) => tags), spans }
}

export interface SayOptions<Span> {
  /** The scheme of the tags, which can say all that `scheme` can; default: `scheme`. */
  readonly written?: Scheme
  /** As `expressibleSpans`. */
  readonly merge?: (first: Span, second: Span) => Span
}

/**
 * What was found in a sentence as a corpus in a scheme says it, so that it can be held against that corpus's own tags:
 * neighbors that the scheme cannot part are one entity.
 *
 * @example
 * sayIn('IO', { tags: ['S-A', 'S-A'], spans: [{ start: 0, end: 1, type: 'A' }, { start: 1, end: 2, type: 'A' }] })
 * // { tags: ['I-A', 'I-A'], spans: [{ start: 0, end: 2, type: 'A' }] }
 */
export function sayIn<Span extends TokenSpan>(
  scheme: Scheme,
  found: FoundEntities<Span>,
  { written = scheme, merge }: SayOptions<Span> = {},
): FoundEntities<Span> {
  const spans = expressibleSpans(found.spans, scheme, merge)
  return { tags: encodeSpans(spans, found.tags.length, written), spans }
}
