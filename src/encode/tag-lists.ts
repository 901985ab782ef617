import { isRecord, isStrings } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'
import { SCHEMES, type Scheme } from '../tags/scheme.js'
import { tagSet } from '../tags/tag-set.js'
import { parseProbe, type SegmenterProbe } from '../text/segmenter-probe.js'

/** What every trained recognizer's `vocab.json` says: its types and tags, and how it cuts text. */
export interface TagLists {
  readonly scheme: Scheme
  /** Entity types, by code point. */
  readonly types: readonly string[]
  /** The model's tags by id, `O` first: every tag that the scheme can write for the types. */
  readonly tags: readonly string[]
  /** How the engine that trained cuts scripts without spaces, where the tagger's words come from it. */
  readonly segmenter?: SegmenterProbe
}

/**
 * Reads the tag lists of a `vocab.json`.
 * @param where what to call the file in messages
 * @returns the lists, and the whole object for what else it holds
 * @throws ModelFileError
 */
export function parseTagLists(
  value: unknown,
  where: string,
): { readonly lists: TagLists; readonly rest: Readonly<Record<string, unknown>> } {
  const fault = (field: string, expected: string) =>
    new ModelFileError({ where: `${where}: ${field}`, expected, got: 'something else' })
  if (!isRecord(value)) throw fault('top level', 'an object')
  const { scheme, types, tags, segmenter } = value
  if (typeof scheme !== 'string' || !Object.hasOwn(SCHEMES, scheme))
    throw fault('scheme', 'a known tag scheme')
  if (!isStrings(types) || new Set(types).size !== types.length || types.includes(''))
    throw fault('types', 'a list of texts, each once')
  const expected = tagSet(types, scheme as Scheme)
  if (!isStrings(tags) || tags.length !== expected.length || !tags.every((tag, i) => tag === expected[i]))
    throw fault('tags', `the ${expected.length} tags that ${scheme} has for the types`)
  const probe = segmenter === undefined ? undefined : parseProbe(segmenter)
  if (segmenter !== undefined && probe === undefined)
    throw fault('segmenter', 'a version and the cuts of known texts')
  return { lists: { scheme: scheme as Scheme, types, tags, ...(probe && { segmenter: probe }) }, rest: value }
}
