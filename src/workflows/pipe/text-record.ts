/** Records with a text: what is read of one, and how it is answered. */
import { InputError } from '../../base/errors.js'
import { isRecord } from '../../base/json-types.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import type { Entity } from '../../recognize/annotated-text.js'
import { toCodePointOffsets } from '../../text/offsets.js'
import type { ByteLine } from './byte-lines.js'
import { rawFields } from './raw-fields.js'

/** Which fields of a record are read. */
export interface RecordFields {
  /** Default: `text`. */
  readonly textField?: string
  /** Default: `id`. */
  readonly idField?: string
  /** Other fields of a record that its answer has too, as they were written. */
  readonly keep?: readonly string[]
}

/** How large records may be. */
export interface RecordLimits {
  /** Bytes of a record. */
  readonly bytes: number
  /** Characters of a text: what a tagger holds of it takes some fifty times its memory. */
  readonly characters: number
}

/** What is read of a record: its id and further fields in JSON, and its text or why there is none. */
export type TextRecord = {
  readonly id: string
  readonly kept: readonly (readonly [name: string, json: string])[]
} & ({ readonly text: string } | { readonly error: string })

/** An entity that is answered with; without a score where none was asked for. */
export type AnswerEntity = Omit<Entity, 'score'> & { readonly score?: number }

/** What was found in a record's text, or why nothing was. */
export type Finding = { readonly entities: readonly AnswerEntity[] } | { readonly error: string }

/** Fields of an answer. */
export const ANSWER_FIELDS = ['id', 'offsets', 'entities', 'error']

/** Bytes of a record. */
export const LONGEST_RECORD = 1 << 26
const LONGEST_TEXT = 1 << 23
export const RECORD_LIMITS: RecordLimits = { bytes: LONGEST_RECORD, characters: LONGEST_TEXT }

const NO_ID = { id: 'null', kept: [] }

/** Reads a line of JSON. What is wrong with it is its error, which quotes nothing of it. */
export function parseRecord(line: ByteLine, fields: RecordFields, limits = RECORD_LIMITS): TextRecord {
  const { textField = 'text', idField = 'id', keep = [] } = fields
  const expected = `expected a JSON object with "${idField}" and "${textField}"`
  const refuse = (got: string) => ({ ...NO_ID, error: `${expected}, got ${got}` })
  if (line === undefined) return refuse(`a line of more than ${limits.bytes} bytes`)
  let json: string
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(line)
  } catch {
    return refuse('bytes that are not UTF-8')
  }
  if (json.trim() === '') return refuse('an empty line')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return refuse('a line that is not JSON')
  }
  if (!isRecord(value) || Array.isArray(value)) return refuse('another kind of JSON')
  const raw = rawFields(json, [idField, ...keep])
  const kept = keep.flatMap(name => {
    const own = raw.get(name)
    return own === undefined ? [] : [[name, own] as const]
  })
  const text = Object.hasOwn(value, textField) ? value[textField] : undefined
  return { id: raw.get(idField) ?? 'null', kept, ...textOf(text, textField, limits.characters) }
}

/** The value of a field as a text, or why it is none. */
export function textOf(
  value: unknown,
  textField: string,
  longest = LONGEST_TEXT,
): { readonly text: string } | { readonly error: string } {
  if (typeof value !== 'string') {
    const got = value === undefined ? 'no such field' : value === null ? 'null' : 'a value that is none'
    return { error: `expected a text in "${textField}", got ${got}` }
  }
  return value.length > longest
    ? { error: `expected a text of at most ${longest} characters, got ${value.length}` }
    : { text: value }
}

/** Why a text could not be tagged. Nothing of it is quoted. */
export function taggingFailure(error: unknown): { readonly error: string } {
  const reason = error instanceof InputError ? error.code : error instanceof Error ? error.name : 'unknown'
  return { error: `the text could not be tagged (${reason})` }
}

/** Entities with their offsets in another unit. */
export function inUnit(
  text: string,
  found: readonly AnswerEntity[],
  unit: OffsetUnit,
): readonly AnswerEntity[] {
  if (unit === 'utf16') return found
  const places = toCodePointOffsets(text, found)
  return found.map((entity, i) => ({ ...entity, start: places[i].start, end: places[i].end }))
}

/** The answer to a record, in JSON. @param finding with offsets in `unit` */
export function answerJson({ id, kept }: TextRecord, finding: Finding, unit: OffsetUnit): string {
  const head = `"id":${id}${kept.map(([name, json]) => `,${JSON.stringify(name)}:${json}`).join('')}`
  return 'error' in finding
    ? `{${head},"error":${JSON.stringify(finding.error)}}`
    : `{${head},"offsets":"${unit}","entities":${JSON.stringify(finding.entities)}}`
}
