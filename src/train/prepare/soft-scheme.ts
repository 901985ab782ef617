import type { Sentence } from '../../corpus/sentence.js'
import { type Prefix, parseTag, SCHEMES, type Scheme } from '../../tags/scheme.js'

/** What a teacher believes in this much is an entity, whose other tags are somewhere, too. */
const BELIEVED = 0.5

/**
 * What shows that the soft tags of a corpus are of another scheme, though the scheme has all of them: entities that nothing
 * opens, or that nothing ends. BIO has no tag that IOBES lacks.
 *
 * @returns the prefixes of which one is missing
 */
export function missingPrefixes(
  sentences: readonly Pick<Sentence, 'soft'>[],
  scheme: Scheme,
): readonly Prefix[] | undefined {
  const found = new Set<Prefix>()
  let isAnyBelieved = false
  for (const { soft = [] } of sentences)
    for (const own of soft)
      for (const [tag, probability] of Object.entries(own)) {
        const { prefix } = parseTag(tag)
        if (prefix === 'O') continue
        found.add(prefix)
        isAnyBelieved ||= probability >= BELIEVED
      }
  if (!isAnyBelieved) return undefined
  const { prefixes, opening, after } = SCHEMES[scheme]
  const ending = prefixes.filter(prefix => after[prefix]?.last)
  return [opening, ending].find(wanted => !wanted.some(prefix => found.has(prefix)))
}
