import { encodeSpans } from './encode-spans.js'
import { parseTag, SCHEMES, type Scheme } from './scheme.js'
import type { TokenSpan } from './span.js'

/** One tagging of a sentence, or of a part of one: one tag per token, and the entities that the tags stand for. */
export interface Tagging<Span extends TokenSpan = TokenSpan> {
  readonly tags: readonly string[]
  /** In order, without overlaps; offsets are token indices. */
  readonly spans: readonly Span[]
}

/**
 * Joins the taggings of a sentence's parts. No entity crosses a cut: neighbors of one type on both sides of it stay two.
 *
 * @example
 * const part = { tags: ['O', 'B-PER'], spans: [{ start: 1, end: 2, type: 'PER' }] }
 * joinTaggings([part, part]).spans[1] // { start: 3, end: 4, type: 'PER' }
 */
export function joinTaggings<Span extends TokenSpan>(parts: readonly Tagging<Span>[]): Tagging<Span> {
  if (parts.length === 1) return parts[0]
  let before = 0
  const spans = parts.flatMap(part => {
    const shift = before
    before += part.tags.length
    return part.spans.map(span => ({ ...span, start: span.start + shift, end: span.end + shift }))
  })
  return { tags: parts.flatMap(({ tags }) => tags), spans }
}

/**
 * The spans that a scheme can express. IO cannot separate neighbors of one type: they become the one entity that their
 * tags read as.
 *
 * @param spans in order, without overlaps
 * @param merge makes one of two neighbors; default: the first with the second's end
 * @example
 * expressibleSpans([{ start: 0, end: 1, type: 'PER' }, { start: 1, end: 2, type: 'PER' }], 'IO') // one, from 0 to 2
 */
export function expressibleSpans<Span extends TokenSpan>(
  spans: readonly Span[],
  scheme: Scheme,
  merge: (first: Span, second: Span) => Span = (first, { end }) => ({ ...first, end }),
): readonly Span[] {
  if (SCHEMES[scheme].write.neighbor) return spans
  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last && last.end === span.start && last.type === span.type)
      merged[merged.length - 1] = merge(last, span)
    else merged.push(span)
  }
  return merged
}

/**
 * Rewrites a tagging in the scheme of a corpus, so that it can be compared with that corpus's own tags: what the scheme
 * cannot express is changed as `expressibleSpans` changes it.
 *
 * @param options.written writes the tags in another scheme, which can express all that `scheme` can
 * @param options.merge as for `expressibleSpans`
 * @example
 * toScheme({ tags: ['S-A', 'S-A'], spans: [{ start: 0, end: 1, type: 'A' }, { start: 1, end: 2, type: 'A' }] }, 'IO')
 * // { tags: ['I-A', 'I-A'], spans: [{ start: 0, end: 2, type: 'A' }] }
 */
export function toScheme<Span extends TokenSpan>(
  { tags, spans: found }: Tagging<Span>,
  scheme: Scheme,
  options: { readonly written?: Scheme; readonly merge?: (first: Span, second: Span) => Span } = {},
): Tagging<Span> {
  const spans = expressibleSpans(found, scheme, options.merge)
  return { tags: encodeSpans(spans, tags.length, options.written ?? scheme), spans }
}

/** Taggings without the entities of some types. */
export function withoutTypes<Span extends TokenSpan>(
  taggings: readonly Tagging<Span>[],
  types: ReadonlySet<string> = new Set(),
): readonly Tagging<Span>[] {
  if (types.size === 0) return taggings
  return taggings.map(({ tags, spans }) => ({
    tags: tags.map(tag => (types.has(parseTag(tag).type) ? 'O' : tag)),
    spans: spans.filter(({ type }) => !types.has(type)),
  }))
}
