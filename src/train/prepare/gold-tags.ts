import type { Sentence } from '../../corpus/sentence.js'
import { decodeSpans } from '../../tags/decode-spans.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { addRepairs, NO_REPAIRS, type Repairs, repairTags } from '../../tags/repair-tags.js'
import type { Scheme } from '../../tags/scheme.js'
import { expressibleSpans } from '../../tags/tagging.js'

/** A corpus's gold tags rewritten in another scheme, with what had to be repaired. */
export interface RewrittenTags {
  /** `[sentence][token]` */
  readonly tags: readonly (readonly string[])[]
  readonly repairs: Readonly<Repairs>
  /** Entities that merged with the one before, of the same type: the new scheme cannot separate them. */
  readonly merged: number
  /** Entities by type, as the corpus has them. */
  readonly types: ReadonlyMap<string, number>
}

/**
 * Reads the entities of every sentence in the corpus's own scheme, repairs what is ill-formed (counted), and writes
 * them in the model's scheme.
 */
export function rewriteTags(sentences: readonly Sentence[], from: Scheme, to: Scheme): RewrittenTags {
  let repairs: Readonly<Repairs> = NO_REPAIRS
  let merged = 0
  const types = new Map<string, number>()
  const tags = sentences.map(sentence => {
    const repaired = repairTags(sentence.tags, from)
    if (repaired.repairs !== NO_REPAIRS) repairs = addRepairs(repairs, repaired.repairs)
    const spans =
      repaired.repairs === NO_REPAIRS ? decodeSpans(sentence.tags, from) : lenientSpans(repaired.tags)
    for (const { type } of spans) types.set(type, (types.get(type) ?? 0) + 1)
    const written = expressibleSpans(spans, to)
    merged += spans.length - written.length
    return encodeSpans(written, sentence.tokens.length, to)
  })
  return { tags, repairs, merged, types }
}

/** Number of repairs of all kinds. */
export function totalRepairs({ changedTags: _changed, ...kinds }: Readonly<Repairs>): number {
  return Object.values(kinds).reduce((sum, count) => sum + count, 0)
}
