import type { RecognizerInfo } from '../recognize/recognizer.js'
import type { TypeMap } from '../tags/type-map.js'

/**
 * What each of a model's types is called among the types that somebody labels: by its own name if it is one of them, else by
 * its name in the model's coarse view (`GPE` as `LOC`), else `O`, which leaves its entities out.
 *
 * @example
 * fittingTypes({ types: ['PERSON', 'DATE'], coarse: new Map([['PERSON', 'PER']]) }, ['PER'])
 * // Map { 'PERSON' => 'PER', 'DATE' => 'O' }
 */
export function fittingTypes(
  { types, coarse }: Pick<RecognizerInfo, 'types' | 'coarse'>,
  wanted: readonly string[],
): TypeMap {
  const known = new Set(wanted)
  return new Map(
    types.map(type => [type, [type, coarse?.get(type) ?? type].find(name => known.has(name)) ?? 'O']),
  )
}
