/**
 * Long lists of strings in vocabularies: `vocab.safetensors` has them as numbers, which need no parsing, and `vocab.json`
 * says where each belongs. Short ones stay in `vocab.json`, where they can be read.
 */
import { isRecord } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'
import { type PackedLists, PackedStrings, packStrings } from '../encode/packed-strings.js'
import { Vocabulary } from '../encode/vocabulary.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../engine/optim/safetensors.js'

/** A list with fewer entries stays in `vocab.json`. */
const LEAST = 5000
const LENGTHS = '.lengths'
const UNITS = '.units'

/** What `vocab.json` has in place of a list: the list's name. */
interface PackedPlace {
  readonly packed: string
}

export interface SplitVocabularies {
  /** For JSON. */
  readonly rest: unknown
  /** The bytes of the lists; absent where there is none. */
  readonly lists?: Uint8Array
  /** Entries of the lists. */
  readonly entries: number
}

/** Takes the long lists out of vocabularies. */
export function splitLists(vocabularies: object): SplitVocabularies {
  const tensors = new Map<string, StoredTensor>()
  let entries = 0
  const rest = withoutLists(vocabularies, '', (name, { lengths, units }) => {
    entries += lengths.length
    tensors.set(name + LENGTHS, { dtype: 'U16', shape: [lengths.length], data: lengths })
    tensors.set(name + UNITS, { dtype: 'U8', shape: [units.length], data: units })
  })
  return { rest, entries, ...(tensors.size > 0 && { lists: toSafetensors(tensors) }) }
}

function withoutLists(
  value: unknown,
  path: string,
  take: (name: string, lists: PackedLists) => void,
): unknown {
  if (value instanceof Vocabulary) {
    const lists = value.known < LEAST ? undefined : packStrings(value.words())
    if (!lists) return value
    take(path, lists)
    return { packed: path } satisfies PackedPlace
  }
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => [
      key,
      withoutLists(own, path === '' ? key : `${path}.${key}`, take),
    ]),
  )
}

/**
 * Puts the lists back where they belong.
 *
 * @param json what `vocab.json` holds
 * @param most entries that all lists have together
 * @param where what to call the file in messages
 * @returns the vocabularies, with `PackedStrings` for lists
 * @throws ModelFileError, EncodeError for lists that `splitLists` did not write, that are missing, or that nothing names
 */
export function joinLists(
  json: unknown,
  bytes: Uint8Array,
  { most, where }: { readonly most: number; readonly where: string },
): unknown {
  const { tensors } = parseSafetensors(bytes, where)
  const unused = new Set(tensors.keys())
  let left = most
  const joined = withLists(json, name => {
    const lengths = tensors.get(name + LENGTHS)
    const units = tensors.get(name + UNITS)
    if (lengths?.dtype !== 'U16' || units?.dtype !== 'U8' || !unused.delete(name + LENGTHS))
      throw damaged(where, `the list ${JSON.stringify(name.slice(0, 60))}, once`, 'something else')
    unused.delete(name + UNITS)
    left -= lengths.data.length
    if (left < 0) throw damaged(where, `at most ${most} entries`, 'more')
    return PackedStrings.read(
      { lengths: lengths.data as Uint16Array, units: units.data as Uint8Array },
      `${where}: ${name}`,
    )
  })
  if (unused.size > 0) throw damaged(where, 'no lists but those that the vocabularies name', 'more')
  return joined
}

function withLists(value: unknown, listOf: (name: string) => PackedStrings): unknown {
  if (!isRecord(value)) return value
  const { packed } = value
  if (typeof packed === 'string' && Object.keys(value).length === 1) return listOf(packed)
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withLists(own, listOf)]))
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.getPrototypeOf(value) === Object.prototype
}

function damaged(where: string, expected: string, got: string): ModelFileError {
  return new ModelFileError({ where, expected, got, remedy: 'copy the run folder again, or train again' })
}
