import { encodeSpans } from '../tags/encode-spans.js'
import { findIllFormed } from '../tags/ill-formed.js'
import type { Scheme } from '../tags/scheme.js'
import { expressibleSpans } from '../tags/tagging.js'
import type { Sentence } from './sentence.js'
import { spansOf } from './sentence-text.js'
import type { LossLog } from './sentence-writer.js'

/**
 * A sentence with its tags in another scheme. Entities are read by conlleval's rules. Tags that break the source's
 * scheme and neighbors of one type that IO cannot separate are counted in `losses`.
 */
export function withScheme(sentence: Sentence, from: Scheme, to: Scheme, losses: LossLog): Sentence {
  const { tags } = sentence
  if (tags.length === 0) return sentence
  if (findIllFormed(tags, from).length > 0)
    losses.add('ill-formed', `tags that break ${from}, read as conlleval reads them`, sentence)
  const spans = spansOf(sentence)
  const kept = expressibleSpans(spans, to)
  if (kept.length < spans.length)
    losses.add('neighbors', 'neighbors of the same type, which become one entity in IO', sentence)
  return { ...sentence, tags: encodeSpans(kept, tags.length, to) }
}
