import type { Offsets, TextSpan } from '../corpus/sentence.js'
import { LabelError } from './label-error.js'

/** A text that is labeled as a whole, with its tokens. */
export interface LabelDocument {
  /** From 0, in the order of the corpus. */
  readonly number: number
  readonly text: string
  /** Each token's range of `text`, in order. Kept with the text, so that labels and tokens always fit. */
  readonly offsets: readonly Offsets[]
  /** What the source calls it, if anything. */
  readonly name?: string
}

/**
 * The smallest range of whole tokens that holds a selection; `undefined` if it touches no token.
 * @param offsets in order
 * @example
 * snapToTokens([{ start: 0, end: 3 }, { start: 4, end: 12 }], { start: 6, end: 8 }) // { start: 4, end: 12 }
 */
export function snapToTokens(offsets: readonly Offsets[], { start, end }: Offsets): Offsets | undefined {
  const first = firstEndingAfter(offsets, start)
  let last = first
  while (last < offsets.length && offsets[last].start < Math.max(end, start + 1)) last++
  return last === first ? undefined : { start: offsets[first].start, end: offsets[last - 1].end }
}

/** The index of the first token that ends after a place; how many there are if none does. */
export function firstEndingAfter(offsets: readonly Offsets[], place: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (offsets[middle].end > place) high = middle
    else low = middle + 1
  }
  return low
}

/** Entities in the order of their offsets. */
export function inOrder<Span extends Offsets>(spans: readonly Span[]): Span[] {
  return [...spans].sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The entities that remain, in order, when one is added: those that it overlaps give way. */
export function withEntity<Span extends TextSpan>(spans: readonly Span[], added: Span): Span[] {
  return inOrder([...spans.filter(span => !overlaps(span, added)), added])
}

export function overlaps(a: Offsets, b: Offsets): boolean {
  return a.start < b.end && b.start < a.end
}

/**
 * Checks the entities of a document, and puts them in order.
 * @throws LabelError `label/entities` for one outside of the text, empty, of white space, of an unknown type, or that
 *   overlaps another
 */
export function checkEntities(
  { text }: Pick<LabelDocument, 'text'>,
  entities: readonly TextSpan[],
  types: ReadonlySet<string>,
): TextSpan[] {
  const refuse = (span: TextSpan, expected: string, got: string) =>
    new LabelError('label/entities', {
      where: `entity [${span.start}, ${span.end}) of type ${JSON.stringify(span.type)}`,
      expected,
      got,
    })
  let reach = 0
  return inOrder(entities).map(({ start, end, type }) => {
    const span = { start, end, type }
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > text.length || start >= end)
      throw refuse(span, `0 ≤ start < end ≤ ${text.length} in UTF-16 code units`, 'this entity')
    if (splitsPair(text, start) || splitsPair(text, end))
      throw refuse(span, 'whole characters', 'half of a surrogate pair')
    if (text.slice(start, end).trim() === '') throw refuse(span, 'some text', 'white space')
    if (start < reach) throw refuse(span, 'entities that do not overlap', `one that begins before ${reach}`)
    if (!types.has(type)) throw refuse(span, 'a type of the project', 'another')
    reach = end
    return span
  })
}

function splitsPair(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff
}
