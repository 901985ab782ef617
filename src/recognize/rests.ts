import type { Entity } from './annotated-text.js'

/** An entity without its text. */
export type FoundEntity = Omit<Entity, 'text'>

/**
 * Entities, and what is left of others that lost to them: the parts that neither an entity nor an earlier rest covers, without
 * white space around them. All that any of both covers is covered by the result, which has no overlaps. Linear, apart from sorting.
 *
 * @param entities in order, without overlaps
 * @param lost in any order
 */
export function withRests(
  text: string,
  entities: readonly FoundEntity[],
  lost: readonly FoundEntity[],
): Entity[] {
  const rests: FoundEntity[] = []
  let [reach, next] = [0, 0]
  for (const each of [...lost].sort((a, b) => a.start - b.start || b.end - a.end)) {
    let from = Math.max(each.start, reach)
    while (from < each.end) {
      while (next < entities.length && entities[next].end <= from) next++
      const entity = entities.at(next)
      const isCovered = entity !== undefined && entity.start <= from
      const to = Math.min(each.end, isCovered ? entity.end : (entity?.start ?? each.end))
      if (!isCovered) rests.push(...trimmed(text, { ...each, start: from, end: to }))
      from = to
    }
    reach = Math.max(reach, each.end)
  }
  return [...entities, ...rests]
    .sort((a, b) => a.start - b.start)
    .map(each => ({ ...each, text: text.slice(each.start, each.end) }))
}

function trimmed(text: string, found: FoundEntity): FoundEntity[] {
  const own = text.slice(found.start, found.end)
  const bare = own.trim()
  if (bare === '') return []
  const start = found.start + own.indexOf(bare)
  return [{ ...found, start, end: start + bare.length }]
}
