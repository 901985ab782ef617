import { decodeSpans } from './decode-spans.js'
import { encodeSpans } from './encode-spans.js'
import { findIllFormed } from './ill-formed.js'
import { type Scheme, TagError } from './scheme.js'

/**
 * Rewrites a sentence's tags in another scheme without loss: both readings have the same entities.
 * @throws TagError `tags/ill-formed` if a tag breaks the source scheme (repair first), `tags/inexpressible` if
 *   IO cannot separate neighbors of the same type, `tags/malformed`
 *
 * @example
 * convertTags(['I-PER', 'I-PER', 'O'], 'IOB1', 'IOBES') // ['B-PER', 'E-PER', 'O']
 */
export function convertTags(tags: readonly string[], from: Scheme, to: Scheme): string[] {
  const faults = findIllFormed(tags, from)
  if (faults.length > 0)
    throw new TagError(
      'tags/ill-formed',
      faults.map(({ index, tag, kind }) => ({
        where: `token ${index}`,
        expected: `a tag that ${from} allows here`,
        got: `${tag} (${kind})`,
        remedy: 'repair the tags first',
      })),
    )
  return encodeSpans(decodeSpans(tags, from), tags.length, to)
}
