import type { Sentence } from '../../corpus/sentence.js'
import { type Prefix, parseTag, SCHEMES, type Scheme } from '../../tags/scheme.js'

/** What a teacher believes in this much is an entity, whose other tags are somewhere, too. */
const BELIEVED = 0.5

/**
 * A tag that a scheme has only behind its own type, where most of those that the teacher believes in have nothing of that type before
 * them: a `B-` of BIO, read as IOB1. In any mean of taggings, such a tag is no likelier than all tags of its type before it.
 *
 * @returns the first of them
 */
export function misplacedTag(
  sentences: readonly Pick<Sentence, 'soft'>[],
  scheme: Scheme,
): string | undefined {
  const { prefixes, opening } = SCHEMES[scheme]
  const inner = prefixes.filter(own => !opening.includes(own))
  let first: string | undefined
  let [believed, misplaced] = [0, 0]
  for (const { soft = [] } of sentences)
    for (const [t, own] of soft.entries())
      for (const [tag, probability] of Object.entries(own)) {
        const { prefix, type } = parseTag(tag)
        if (prefix === 'O' || !inner.includes(prefix) || probability < BELIEVED) continue
        believed++
        const before = Object.entries(soft[t - 1] ?? {}).filter(([other]) => parseTag(other).type === type)
        const most = before.reduce((sum, [, share]) => sum + share, 0)
        if (probability - most < BELIEVED) continue
        misplaced++
        first ??= tag
      }
  return 2 * misplaced > believed ? first : undefined
}

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
