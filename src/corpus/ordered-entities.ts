import { refuse } from './read-context.js'
import type { TextSpan } from './sentence.js'
import { splitsPair } from './text-tokens.js'

/** Entities of a text that can be projected, and how many of them were there twice. */
interface OrderedEntities {
  readonly entities: readonly TextSpan[]
  readonly repeated: number
}

/**
 * The entities of a text in order, each once.
 * @param entities in UTF-16 code units
 * @throws RowError for entities that overlap, are empty, are outside of the text or split a character
 */
export function orderedEntities(text: string, entities: readonly TextSpan[]): OrderedEntities {
  for (const entity of entities) {
    if (entity.start < 0 || entity.end > text.length || entity.start > entity.end)
      return refuse(
        'entity-range',
        `0 ≤ start < end ≤ ${text.length}, the text's length in UTF-16 code units`,
        entity,
      )
    if (text.slice(entity.start, entity.end).trim() === '')
      return refuse('empty-entity', 'an entity with at least one visible character', entity)
    if (splitsPair(text, entity.start) || splitsPair(text, entity.end))
      return refuse('split-character', 'entities that do not split characters', entity)
  }
  const sorted = [...entities].sort(
    (a, b) => a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : 1),
  )
  const kept: TextSpan[] = []
  for (const entity of sorted) {
    const last = kept.at(-1)
    if (last && entity.start < last.end) {
      if (entity.start === last.start && entity.end === last.end && entity.type === last.type) continue
      return refuse(
        'overlap',
        'entities that do not overlap',
        `${shownEntity(text, last)} and ${shownEntity(text, entity)}`,
        'keep one of them: a tagger learns one layer of entities',
      )
    }
    kept.push(entity)
  }
  return { entities: kept, repeated: sorted.length - kept.length }
}

export function shownEntity(text: string, { start, end, type }: TextSpan): string {
  return `${JSON.stringify(text.slice(start, end))} (${type}, ${start}–${end})`
}
