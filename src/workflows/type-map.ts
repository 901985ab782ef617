/** `--map`: types of two files that count as the same. */
import { InputError } from '../base/errors.js'
import { type Message, option } from '../base/fault.js'
import { nearest } from '../base/nearest.js'
import type { TypeMap } from '../evaluate/type-map.js'

/**
 * Reads `PERSON=PER,GPE=LOC`.
 * @throws InputError `score/map` for anything else, and for a type that is mapped twice
 */
export function parseTypeMap(texts: readonly string[]): TypeMap {
  const map = new Map<string, string>()
  for (const pair of texts.flatMap(text => text.split(','))) {
    const [, from, to] = /^([^=]+)=(.+)$/.exec(pair.trim()) ?? []
    if (from === undefined) throw refused('pairs of types, such as PERSON=PER,GPE=LOC', JSON.stringify(pair))
    const before = map.get(from)
    if (before !== undefined && before !== to)
      throw refused(`each type once before a "="`, `${from}=${before} and ${from}=${to}`)
    map.set(from, to)
  }
  return map
}

/**
 * Checks that every type of a map is in one of the files, so that a typo is not taken for a type. What several types are
 * mapped to may be a new name.
 * @param types those of the files, before they were mapped
 * @throws InputError `score/map`
 */
export function checkTypeMap(map: TypeMap, types: ReadonlySet<string>): void {
  const known = [...types].sort()
  const targets = [...map.values()]
  const isKnown = (name: string) => types.has(name)
  const isShared = (name: string) => targets.filter(target => target === name).length > 1
  for (const [from, to] of map)
    for (const [name, isFine] of [
      [from, isKnown(from)],
      [to, isKnown(to) || to === 'O' || isShared(to)],
    ] as const) {
      if (isFine) continue
      const close = nearest(name, known)
      throw refused(
        `types of the two files (${known.join(', ') || 'they have none'})`,
        `${JSON.stringify(name)} in ${from}=${to}`,
        close && `did you mean ${close}?`,
      )
    }
}

function refused(expected: Message, got: Message, remedy?: Message): InputError {
  return new InputError('score/map', { where: option('map'), expected, got, ...(remedy && { remedy }) })
}
