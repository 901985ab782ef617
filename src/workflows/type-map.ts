/** `--map`: types that count as others. */
import { InputError } from '../base/errors.js'
import { type Message, option } from '../base/fault.js'
import { nearest } from '../base/nearest.js'
import { coarseTypes } from '../recognize/annotated-text.js'
import type { RecognizerInfo } from '../recognize/recognizer.js'
import type { TypeMap } from '../tags/type-map.js'

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
 * What each of a model's types is called where it is printed: by its coarse view, by `--map`, or as it is.
 * @throws InputError `predict/coarse`, `score/map`
 */
export function typesAsAsked(
  info: RecognizerInfo,
  { coarse, map }: { readonly coarse: boolean; readonly map?: readonly string[] },
): TypeMap {
  if (coarse) return coarseTypes(info)
  if (map === undefined) return new Map()
  const parsed = parseTypeMap(map)
  checkMappedTypes(parsed, new Set(info.types), 'the model')
  return parsed
}

/**
 * Checks that every type of a map is in one of the labelings that are compared, so that a typo is not taken for a type.
 * What several types are mapped to may be a new name.
 * @param types those of both labelings, before they were mapped
 * @param whose whose types they are, in words
 * @throws InputError `score/map`
 */
export function checkTypeMap(map: TypeMap, types: ReadonlySet<string>, whose: string): void {
  checkMappedTypes(map, types, whose)
  const targets = [...map.values()]
  const isShared = (name: string) => targets.filter(target => target === name).length > 1
  for (const [from, to] of map)
    if (!types.has(to) && to !== 'O' && !isShared(to)) throw unknownType(to, `${from}=${to}`, types, whose)
}

/** As `checkTypeMap`, of the types that are mapped: what they are mapped to may have any name. */
export function checkMappedTypes(map: TypeMap, types: ReadonlySet<string>, whose: string): void {
  for (const [from, to] of map) if (!types.has(from)) throw unknownType(from, `${from}=${to}`, types, whose)
}

function unknownType(name: string, pair: string, types: ReadonlySet<string>, whose: string): InputError {
  const known = [...types].sort()
  const close = nearest(name, known)
  return refused(
    `types of ${whose} (${known.join(', ') || 'there are none'})`,
    `${JSON.stringify(name)} in ${pair}`,
    close && `did you mean ${close}?`,
  )
}

function refused(expected: Message, got: Message, remedy?: Message): InputError {
  return new InputError('score/map', { where: option('map'), expected, got, ...(remedy && { remedy }) })
}
