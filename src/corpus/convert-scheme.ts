import { encodeSpans } from '../tags/encode-spans.js'
import { findIllFormed } from '../tags/ill-formed.js'
import type { Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import type { Sentence } from './sentence.js'
import { spansOf } from './sentence-text.js'
import type { LossLog } from './write-options.js'

/**
 * A sentence with its tags in another scheme. Entities are read by conlleval's rules; tags that break the source's
 * scheme, and neighbors of the same type that IO melts together, are counted in `losses`.
 */
export function withScheme(sentence: Sentence, from: Scheme, to: Scheme, losses: LossLog): Sentence {
  const { tags } = sentence
  if (tags.length === 0) return sentence
  if (findIllFormed(tags, from).length > 0)
    losses.add(`tags that break ${from}, read as conlleval reads them`, sentence)
  let spans = spansOf(sentence)
  if (to === 'IO') {
    const merged = mergeNeighbors(spans)
    if (merged.length < spans.length)
      losses.add('neighbors of the same type, which IO makes one entity', sentence)
    spans = merged
  }
  return { ...sentence, tags: encodeSpans(spans, tags.length, to) }
}

function mergeNeighbors(spans: readonly TokenSpan[]): TokenSpan[] {
  const merged: TokenSpan[] = []
  for (const span of spans) {
    const last = merged[merged.length - 1]
    if (last && last.end === span.start && last.type === span.type)
      merged[merged.length - 1] = { ...last, end: span.end }
    else merged.push(span)
  }
  return merged
}
