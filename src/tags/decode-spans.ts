import { createSpanReader, type ReadingStep, type TagPair } from './read-spans.js'
import { SCHEME_NAMES, SCHEMES, type Scheme } from './scheme.js'
import type { TokenSpan } from './span.js'

const READERS = new Map(
  SCHEME_NAMES.map(scheme => [scheme, createSpanReader(pair => strictStep(scheme, pair))]),
)

function strictStep(scheme: Scheme, { previous, next, sameType }: TagPair): ReadingStep {
  const table = SCHEMES[scheme]
  const after = previous === 'O' ? undefined : table.after[previous]
  const move = next === 'O' ? undefined : (sameType ? after?.same : after?.other)?.[next]
  if (move === 'inside') return { open: 'continues', starts: false }
  const starts = next !== 'O' && (move === 'start' || table.opening.includes(next))
  return { open: after?.last ? 'ends' : 'drop', starts }
}

/**
 * The entities of a sentence by the letter of its scheme, as in seqeval's strict mode: an entity must start and end as the
 * scheme says. An `I-` after `O` in BIO or a `B-` without its `E-` in IOBES does not count. `findIllFormed` finds such
 * tags, `repairTags` fixes them, `lenientSpans` reads them as entities.
 * @throws TagError `tags/malformed`
 *
 * @example
 * decodeSpans(['B-PER', 'I-PER', 'O'], 'BIO') // [{ start: 0, end: 2, type: 'PER' }]
 */
export function decodeSpans(tags: readonly string[], scheme: Scheme): TokenSpan[] {
  return READERS.get(scheme)?.(tags) ?? []
}
