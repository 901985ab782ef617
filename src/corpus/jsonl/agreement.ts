import { refuse } from '../read-context.js'
import type { TextEntity } from './record.js'

/**
 * The entities that several people or models marked in one text.
 * @param remedy what to do if they do not agree
 * @throws RowError if they do not
 */
export function agreed(
  readings: readonly (readonly TextEntity[])[],
  whose: string,
  remedy: string,
): readonly TextEntity[] {
  const key = (entities: readonly TextEntity[]) =>
    entities
      .map(({ start, end, type }) => `${start} ${end} ${type}`)
      .sort()
      .join('\n')
  const [first, ...others] = readings
  if (others.every(other => key(other) === key(first))) return first
  return refuse(
    'several-annotators',
    `one annotation of a text, or several that agree`,
    `${readings.length} ${whose} that do not agree`,
    remedy,
  )
}

/** The text among fields: the only one, or the one with a name that is expected. @throws RowError */
export function textAmong(
  fields: Readonly<Record<string, unknown>>,
  names: readonly (string | undefined)[],
): { readonly key: string; readonly text: string } {
  const texts = Object.entries(fields).filter(([, value]) => typeof value === 'string')
  const named = names.flatMap(name => texts.filter(([key]) => key === name))
  const [found] = named.length > 0 ? named : texts
  if (found !== undefined && (named.length > 0 || texts.length === 1))
    return { key: found[0], text: String(found[1]) }
  const got = Object.keys(fields).join(', ') || 'none'
  return refuse('bad-record', 'one field that is a text, or one called "text"', `fields ${got}`)
}
