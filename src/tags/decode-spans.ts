import { parseTag, SCHEMES, type Scheme, type Tag } from './scheme.js'
import type { TokenSpan } from './span.js'

/**
 * The entities of a sentence, by the scheme's letter: what the scheme does not allow to start or end an entity
 * does not (an `I-` after `O` in BIO, a `B-` without its `E-` in IOBES), as in seqeval's strict mode.
 * Use `findIllFormed` to learn of such tags, `repairTags` to mend them, `conllevalSpans` to read them leniently.
 * @throws TagError `tags/malformed`
 *
 * @example
 * decodeSpans(['B-PER', 'I-PER', 'O'], 'BIO') // [{ start: 0, end: 2, type: 'PER' }]
 */
export function decodeSpans(tags: readonly string[], scheme: Scheme): TokenSpan[] {
  const table = SCHEMES[scheme]
  const spans: TokenSpan[] = []
  let previous: Tag = parseTag('O')
  let start = -1
  for (let i = 0; i <= tags.length; i++) {
    const tag: Tag = parseTag(i < tags.length ? tags[i] : 'O')
    const after = previous.prefix === 'O' ? undefined : table.after[previous.prefix]
    const moves = after && (tag.type === previous.type ? after.same : after.other)
    const legal = tag.prefix === 'O' ? undefined : moves?.[tag.prefix]
    if (legal !== 'inside') {
      if (start >= 0 && after?.last) spans.push({ start, end: i, type: previous.type })
      const starts = tag.prefix !== 'O' && (legal === 'start' || table.opening.includes(tag.prefix))
      start = starts ? i : -1
    }
    previous = tag
  }
  return spans
}
