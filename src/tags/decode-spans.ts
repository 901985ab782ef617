import { type Prefix, parseTag, SCHEMES, type Scheme, type Tag } from './scheme.js'
import type { TokenSpan } from './span.js'

/** What happens between two neighboring tags: to the entity that is open, if one is, and at the next token. */
export interface StrictStep {
  /** `drop`: the entity breaks off where the scheme does not let it end, so it is none. */
  readonly open: 'goes on' | 'ends' | 'drop'
  readonly starts: boolean
}

/** One step of the strict reading; `O` stands for the sentence's edges too. */
export function strictStep(
  scheme: Scheme,
  previous: Prefix | 'O',
  next: Prefix | 'O',
  sameType: boolean,
): StrictStep {
  const table = SCHEMES[scheme]
  const after = previous === 'O' ? undefined : table.after[previous]
  const move = next === 'O' ? undefined : (sameType ? after?.same : after?.other)?.[next]
  if (move === 'inside') return { open: 'goes on', starts: false }
  const starts = next !== 'O' && (move === 'start' || table.opening.includes(next))
  return { open: after?.last ? 'ends' : 'drop', starts }
}

/**
 * The entities of a sentence, by the scheme's letter: what the scheme does not allow to start or end an entity
 * does not (an `I-` after `O` in BIO, a `B-` without its `E-` in IOBES), as in seqeval's strict mode.
 * Use `findIllFormed` to learn of such tags, `repairTags` to mend them, `lenientSpans` to read them all the same.
 * @throws TagError `tags/malformed`
 *
 * @example
 * decodeSpans(['B-PER', 'I-PER', 'O'], 'BIO') // [{ start: 0, end: 2, type: 'PER' }]
 */
export function decodeSpans(tags: readonly string[], scheme: Scheme): TokenSpan[] {
  const spans: TokenSpan[] = []
  let previous: Tag = parseTag('O')
  let start = -1
  for (let i = 0; i <= tags.length; i++) {
    const tag: Tag = parseTag(i < tags.length ? tags[i] : 'O')
    const { open, starts } = strictStep(scheme, previous.prefix, tag.prefix, tag.type === previous.type)
    if (open !== 'goes on') {
      if (start >= 0 && open === 'ends') spans.push({ start, end: i, type: previous.type })
      start = starts ? i : -1
    }
    previous = tag
  }
  return spans
}
