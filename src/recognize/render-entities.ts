import type { Entity } from './entity.js'

/** Wraps each entity of a text, leaving the rest as it is: what highlighting and markup have in common. */
export function renderEntities(
  text: string,
  entities: readonly Entity[],
  wrap: (surface: string, entity: Entity) => string,
  plain: (gap: string) => string = gap => gap,
): string {
  let rendered = ''
  let at = 0
  for (const entity of entities) {
    rendered += plain(text.slice(at, entity.start)) + wrap(text.slice(entity.start, entity.end), entity)
    at = entity.end
  }
  return rendered + plain(text.slice(at))
}
