import { option, say } from '../../base/fault.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import { codePointLength } from '../../text/offsets.js'
import { refuse } from '../read-context.js'
import type { ReadingUnit } from '../read-options.js'
import type { Offsets } from '../sentence.js'
import { sliceAll, splitsPair, tokenRanges } from '../text-tokens.js'
import { inUnit, UNIT_NAMES } from './offset-unit.js'
import type { TextEntity } from './record.js'

export interface LabeledText {
  readonly tokens: readonly string[]
  /** BIO, or empty in unlabeled text. */
  readonly tags: readonly string[]
  readonly offsets: readonly Offsets[]
  /** How many entities began or ended with white space, which is not in any token. */
  readonly trimmed: number
}

/**
 * Tokens and BIO tags of a text with entities as ranges. Tokens are split at the edges of entities.
 * @throws RowError for entities that overlap, are empty, are outside of the text or split a character
 */
export function labelText(
  text: string,
  entities: readonly TextEntity[] | undefined,
  unit: ReadingUnit,
): LabeledText {
  const ranges = toUnits(text, entities ?? [], unit)
  const offsets = tokenRanges(
    text,
    ranges.flatMap(({ start, end }) => [start, end]),
  )
  const tokens = sliceAll(text, offsets)
  const spans: TokenSpan[] = []
  let trimmed = 0
  let at = 0
  for (const { start, end, type } of ranges) {
    while (at < offsets.length && offsets[at].start < start) at++
    const first = at
    while (at < offsets.length && offsets[at].end <= end) at++
    if (at === first)
      return refuse('empty-entity', 'an entity with at least one visible character', { start, end, type })
    if (offsets[first].start !== start || offsets[at - 1].end !== end) trimmed++
    spans.push({ start: first, end: at, type })
  }
  const tags = entities === undefined ? [] : encodeSpans(spans, tokens.length, 'BIO')
  return { tokens, tags, offsets, trimmed }
}

/** The entities in order and in UTF-16 code units. */
function toUnits(text: string, entities: readonly TextEntity[], unit: ReadingUnit): TextEntity[] {
  const limit = lengthIn(text, unit)
  const name = UNIT_NAMES[unit]
  for (const entity of entities)
    if (entity.start < 0 || entity.end > limit || entity.start >= entity.end)
      return refuse('entity-range', `0 ≤ start < end ≤ ${limit}, the text's length in ${name}`, entity)
  const ranges = unit === 'utf16' ? entities : inUnit(text, entities, unit)
  if (ranges === undefined) return refuse('split-character', `${name} at the edges of characters`, entities)
  const sorted = ranges
    .map(({ start, end }, i) => ({ start, end, type: entities[i].type }))
    .sort((a, b) => a.start - b.start || a.end - b.end)
  for (const [i, entity] of sorted.entries()) {
    if (splitsPair(text, entity.start) || splitsPair(text, entity.end))
      return refuse(
        'split-character',
        'entities that do not split characters',
        entity,
        say`if the offsets count code points (as in Python), use ${option('offsets', 'codepoint')}`,
      )
    if (i > 0 && entity.start < sorted[i - 1].end)
      return refuse(
        'overlap',
        'entities that do not overlap',
        `${shown(text, sorted[i - 1])} and ${shown(text, entity)}`,
      )
  }
  return sorted
}

function lengthIn(text: string, unit: ReadingUnit): number {
  if (unit === 'byte') return new TextEncoder().encode(text).length
  return unit === 'codepoint' ? codePointLength(text) : text.length
}

function shown(text: string, { start, end, type }: TextEntity): string {
  return `${JSON.stringify(text.slice(start, end))} (${type}, ${start}–${end})`
}
