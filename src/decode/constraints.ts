import { encodeSpans } from '../tags/encode-spans.js'
import { endsEntity, startsEntity } from '../tags/lenient-spans.js'
import { parseTag, type Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { expressibleSpans } from '../tags/tagging.js'

/** What is known of a sentence before it is decoded. */
export interface SpanConstraints {
  /** Entities that are there, with exactly these bounds; in order, without overlaps. */
  readonly fixed?: readonly TokenSpan[]
  /** Where there is no entity of a type, or none at all: none of its tags at any of the tokens. */
  readonly forbidden?: readonly (Omit<TokenSpan, 'type'> & { readonly type?: string })[]
  /** Entities that are likelier: `weight` is added to the score of each of their tags, as a logarithm of odds. */
  readonly suggested?: readonly (TokenSpan & { readonly weight: number })[]
}

const OUTSIDE = 'O'

/**
 * Emissions under constraints: a tag that is not allowed scores −∞, so that Viterbi and the marginals of any chain are exactly
 * those of the taggings that are left. A fixed entity that the tags cannot say (of a type that the model does not know) has
 * `O` at its tokens. What is fixed goes before what is forbidden.
 *
 * @param emissions row-major `[length, tags]`
 * @param tags by id; `O` is among them
 * @example
 * constrainedEmissions(Float32Array.of(3, 0, 0), 1, ['O', 'B-PER', 'I-PER'], 'BIO', { fixed: [{ start: 0, end: 1, type: 'PER' }] })
 * // [-Infinity, 0, -Infinity]
 */
export function constrainedEmissions(
  emissions: ArrayLike<number>,
  length: number,
  tags: readonly string[],
  scheme: Scheme,
  { fixed = [], forbidden = [], suggested = [] }: SpanConstraints,
): Float32Array | Float64Array {
  const scores = emissions instanceof Float64Array ? emissions.slice() : Float32Array.from(emissions)
  const parsed = tags.map(parseTag)
  const forbid = (token: number, isForbidden: (tag: number) => boolean) => {
    for (let tag = 0; tag < tags.length; tag++)
      if (isForbidden(tag)) scores[token * tags.length + tag] = Number.NEGATIVE_INFINITY
  }
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  const tagsOf = (spans: readonly TokenSpan[]) => encodeSpans(expressibleSpans(spans, scheme), length, scheme)
  for (const span of suggested) {
    const own = tagsOf([span])
    for (let t = span.start; t < span.end; t++) {
      const id = ids.get(own[t])
      if (id !== undefined) scores[t * tags.length + id] += span.weight
    }
  }
  for (const { start, end, type } of forbidden)
    for (let t = start; t < end; t++)
      forbid(t, tag => parsed[tag].type !== '' && (type === undefined || parsed[tag].type === type))
  const isKnown = (span: TokenSpan) => tagsOf([span]).every(tag => ids.has(tag))
  const known = fixed.filter(isKnown)
  const own = tagsOf(known)
  const isFixed = new Uint8Array(length)
  for (const { start, end } of fixed) isFixed.fill(1, start, end)
  for (const { start, end } of fixed)
    for (let t = start; t < end; t++) {
      // Those that are not known have no tags.
      const only = ids.get(own[t]) ?? ids.get(OUTSIDE) ?? -1
      const cell = t * tags.length + only
      if (scores[cell] === Number.NEGATIVE_INFINITY) scores[cell] = emissions[cell]
      forbid(t, tag => tag !== only)
    }
  for (const { start, end } of known) {
    const [head, tail] = [parseTag(own[start]), parseTag(own[end - 1])]
    if (start > 0 && isFixed[start - 1] === 0)
      forbid(start - 1, tag => {
        const before = parsed[tag]
        return !startsEntity(before.prefix, head.prefix, before.type === head.type)
      })
    if (end < length && isFixed[end] === 0)
      forbid(end, tag => {
        const after = parsed[tag]
        return !endsEntity(tail.prefix, after.prefix, after.type === tail.type)
      })
  }
  return scores
}
