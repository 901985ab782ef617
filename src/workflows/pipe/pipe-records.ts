/** What `nerite pipe` does: JSON lines with texts in, JSON lines with entities out, one for each and in their order. */
import { InputError } from '../../base/errors.js'
import { inOrder } from '../../base/in-order.js'
import { isRecord } from '../../base/json-types.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import type { Entity } from '../../recognize/annotated-text.js'
import { toCodePointOffsets } from '../../text/offsets.js'
import { type ByteLine, byteLines } from './byte-lines.js'
import { rawFields } from './raw-fields.js'

export interface PipeOptions {
  /** Default: `text`. */
  readonly textField?: string
  /** Default: `id`. */
  readonly idField?: string
  /** Other fields of a record that its answer has too, as they were written. */
  readonly keep?: readonly string[]
  /** Default: `utf16`. */
  readonly offsets?: OffsetUnit
}

/** What went through a pipe. */
export interface PipeSummary {
  records: number
  errors: number
  /** The first record with an error, from 1, and the error, which has nothing of its text. */
  first?: { readonly record: number; readonly error: string }
}

/** Fields of an answer. */
export const ANSWER_FIELDS = ['id', 'offsets', 'entities', 'error']

/** Bytes of a record. */
const LONGEST_RECORD = 1 << 26
/** Characters of a text: what a tagger holds of it takes some fifty times its memory. */
const LONGEST_TEXT = 1 << 23
/** Records, and characters of their texts, that are read before their answers are taken. */
const AHEAD = { items: 2048, cost: 4_000_000 }

/**
 * Answers records as they come. A record that cannot be read, and a text that cannot be tagged, is answered with an
 * error.
 *
 * @param tag called for each text, many times before the first answer
 * @param summary counts what has been answered
 * @returns lines, each with its end; those that are ready come together
 */
export async function* pipeRecords(
  bytes: AsyncIterable<Uint8Array>,
  tag: (text: string) => Promise<readonly Entity[]>,
  options: PipeOptions,
  summary: PipeSummary,
): AsyncGenerator<string> {
  const lines = byteLines(bytes, LONGEST_RECORD)
  const start = (line: ByteLine) => {
    const record = parseRecord(line, options)
    return { result: answer(record, tag, options), cost: 'text' in record ? record.text.length : 0 }
  }
  for await (const answers of inOrder(lines, start, AHEAD)) {
    for (const { error } of answers) {
      summary.records++
      if (error === undefined) continue
      summary.errors++
      summary.first ??= { record: summary.records, error }
    }
    yield answers.map(({ json }) => `${json}\n`).join('')
  }
}

/** The raw JSON of a record's fields that its answer has, and its text or why there is none. */
type PipeRecord = { readonly head: string } & ({ readonly text: string } | { readonly error: string })

interface Answer {
  readonly json: string
  readonly error?: string
}

async function answer(
  record: PipeRecord,
  tag: (text: string) => Promise<readonly Entity[]>,
  { offsets = 'utf16' }: PipeOptions,
): Promise<Answer> {
  if ('error' in record) return refused(record.head, record.error)
  const { head, text } = record
  let found: readonly Entity[]
  try {
    found = await tag(text)
  } catch (error) {
    const reason = error instanceof InputError ? error.code : error instanceof Error ? error.name : 'unknown'
    return refused(head, `the text could not be tagged (${reason})`)
  }
  const places = offsets === 'utf16' ? found : toCodePointOffsets(text, found)
  const entities = found.map((entity, i) => ({ ...entity, start: places[i].start, end: places[i].end }))
  return { json: `{${head},"offsets":"${offsets}","entities":${JSON.stringify(entities)}}` }
}

function refused(head: string, error: string): Answer {
  return { json: `{${head},"error":${JSON.stringify(error)}}`, error }
}

const NO_ID = '"id":null'

function parseRecord(
  line: ByteLine,
  { textField = 'text', idField = 'id', keep = [] }: PipeOptions,
): PipeRecord {
  const expected = `expected a JSON object with "${idField}" and "${textField}"`
  const refuse = (got: string) => ({ head: NO_ID, error: `${expected}, got ${got}` })
  if (line === undefined) return refuse(`a line of more than ${LONGEST_RECORD} bytes`)
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
  const kept = keep.flatMap(name => (raw.has(name) ? [`,${JSON.stringify(name)}:${raw.get(name)}`] : []))
  const head = `"id":${raw.get(idField) ?? 'null'}${kept.join('')}`
  const text = Object.hasOwn(value, textField) ? value[textField] : undefined
  if (typeof text !== 'string')
    return {
      head,
      error: `expected a text in "${textField}", got ${text === undefined ? 'no such field' : text === null ? 'null' : `a value that is none`}`,
    }
  if (text.length > LONGEST_TEXT)
    return { head, error: `expected a text of at most ${LONGEST_TEXT} characters, got ${text.length}` }
  return { head, text }
}
