/** What several inputs share in collecting and reading their vocabularies. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { Counter, Vocabulary } from '../../encode/vocabulary.js'

/** Values that occur only once (characters, affixes …) train `<UNK>` instead. */
export const RARE = { minCount: 2 } as const

/** How often each value occurs in texts, each text counted as often as it occurs itself. */
export function countValues(
  texts: ReadonlyMap<string, number>,
  valuesOf: (text: string) => Iterable<string>,
): ReadonlyMap<string, number> {
  const counter = new Counter()
  for (const [text, count] of texts) for (const value of valuesOf(text)) counter.add(value, count)
  return counter.counts
}

/** @throws ModelFileError where `json` is not an object with a list for each name */
export function parseVocabularies(
  json: unknown,
  names: readonly string[],
  where: string,
): Readonly<Record<string, Vocabulary>> {
  if (!isRecord(json)) throw new ModelFileError({ where, expected: 'an object of lists', got: typeof json })
  return Object.fromEntries(names.map(name => [name, Vocabulary.fromJSON(json[name], `${where}: ${name}`)]))
}
