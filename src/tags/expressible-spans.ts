import { SCHEMES, type Scheme } from './scheme.js'
import type { TokenSpan } from './span.js'

/**
 * Spans as a scheme can say them. IO cannot part neighbors of one type: there they are written, and scored, as the one
 * entity that they read as.
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
