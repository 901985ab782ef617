import type { TokenSpan } from './span.js'

/** What each type counts as; `O` leaves its entities out. Types that are not in it stay as they are. */
export type TypeMap = ReadonlyMap<string, string>

/** Entities with their types mapped, each one once: `A=B` and `B=C` make no `C` of an `A`. */
export function mapTypes<Span extends TokenSpan>(spans: readonly Span[], map: TypeMap): Span[] {
  return spans.flatMap(span => {
    const type = map.get(span.type) ?? span.type
    return type === 'O' ? [] : [type === span.type ? span : { ...span, type }]
  })
}
