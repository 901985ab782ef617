import { option, say } from '../../base/fault.js'
import { codePointLength } from '../../text/offsets.js'
import { tokenize } from '../../text/tokenize.js'
import { projectEntities, taggedText } from '../project-entities.js'
import { refuse } from '../read-context.js'
import type { ReadingUnit } from '../read-options.js'
import type { Offsets, Sentence } from '../sentence.js'
import { splitsPair } from '../text-tokens.js'
import { inUnit, UNIT_NAMES } from './offset-unit.js'
import type { TextEntity } from './record.js'

export interface LabeledText extends Pick<Sentence, 'tokens' | 'tags' | 'entities'> {
  readonly text: string
  readonly offsets: readonly Offsets[]
  /** How many entities began or ended with white space, which is not in any token. */
  readonly trimmed: number
}

/**
 * Tokens and BIO tags of a text with entities as ranges. The tokens are those that a tagger finds in the text; see
 * `projectEntities` for entities that do not fit them.
 * @param entities `undefined` in unlabeled text
 * @throws RowError for entities that overlap, are empty, are outside of the text or split a character
 */
export function labelText(
  text: string,
  entities: readonly TextEntity[] | undefined,
  unit: ReadingUnit,
): LabeledText {
  const ranges = toUnits(text, entities ?? [], unit)
  const offsets = tokenize(text).map(({ start, end }) => ({ start, end }))
  const projected = projectEntities(ranges, offsets)
  let trimmed = 0
  for (const [i, { entity, start, end }] of projected.entries()) {
    if (start === end)
      return refuse('empty-entity', 'an entity with at least one visible character', ranges[i])
    if (entity.start !== ranges[i].start || entity.end !== ranges[i].end) trimmed++
  }
  const labeled = taggedText(text, offsets, projected)
  return { ...labeled, ...(entities === undefined && { tags: [] }), trimmed }
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

/** The length of a text in a unit of offsets. */
export function lengthIn(text: string, unit: ReadingUnit): number {
  if (unit === 'byte') return new TextEncoder().encode(text).length
  return unit === 'codepoint' ? codePointLength(text) : text.length
}

function shown(text: string, { start, end, type }: TextEntity): string {
  return `${JSON.stringify(text.slice(start, end))} (${type}, ${start}–${end})`
}
