/** What is written for a part: an answer for each of its documents, in their order. */

import type { SchemaElement } from 'hyparquet'
import { ByteWriter as Buffer, ParquetWriter } from 'hyparquet-writer'
import type { OffsetUnit } from '../../../corpus/read-options.js'
import { type AnswerEntity, answerJson, type Finding, type TextRecord } from '../../pipe/text-record.js'
import type { OutputForm } from './parts.js'

export interface AnswerWriter {
  /** @param finding with offsets in the writer's unit @returns what is ready to be written */
  readonly write: (record: TextRecord, finding: Finding) => string | Uint8Array
  /** What completes the file. */
  readonly end: () => string | Uint8Array
}

export interface AnswerFormat {
  readonly to: OutputForm
  readonly offsets: OffsetUnit
  readonly keep: readonly string[]
}

export function createAnswerWriter({ to, offsets, keep }: AnswerFormat): AnswerWriter {
  if (to === 'parquet') return parquetAnswers(keep)
  return { write: (record, finding) => `${answerJson(record, finding, offsets)}\n`, end: () => '' }
}

/** Documents in a row group. */
const GROUP = 5000

interface Row {
  readonly id: string | null
  readonly kept: ReadonlyMap<string, string | null>
  readonly entities: readonly AnswerEntity[] | null
  readonly error: string | null
}

function parquetAnswers(keep: readonly string[]): AnswerWriter {
  const buffer = new Buffer()
  const file = new ParquetWriter({ writer: buffer, schema: schemaOf(keep) })
  let rows: Row[] = []
  const flush = () => {
    if (rows.length > 0)
      file.write({
        columnData: [
          { name: 'id', data: rows.map(({ id }) => id) },
          ...keep.map(name => ({ name, data: rows.map(({ kept }) => kept.get(name) ?? null) })),
          { name: 'entities', data: rows.map(({ entities }) => entities) as unknown[] },
          { name: 'error', data: rows.map(({ error }) => error) },
        ],
        rowGroupSize: GROUP,
      })
    rows = []
    const bytes = buffer.getBytes().slice()
    buffer.index = 0
    return bytes
  }
  return {
    write: (record, finding) => {
      rows.push(rowOf(record, finding))
      return rows.length < GROUP ? new Uint8Array() : flush()
    },
    end: () => {
      const last = flush()
      file.finish()
      const footer = buffer.getBytes()
      const joined = new Uint8Array(last.length + footer.length)
      joined.set(last)
      joined.set(footer, last.length)
      return joined
    },
  }
}

/** Half a character of UTF-16 cannot be written in UTF-8. */
const HALF = /\p{Surrogate}/u

function rowOf({ id, kept }: TextRecord, finding: Finding): Row {
  const own = { id: plain(id), kept: new Map(kept.map(([name, json]) => [name, plain(json)])) }
  const texts = [own.id ?? '', ...own.kept.values()]
  const halves = texts.some(text => HALF.test(text ?? ''))
  if (halves)
    return {
      id: null,
      kept: new Map(),
      entities: null,
      error: 'half a character in a field, which Parquet cannot hold',
    }
  if ('error' in finding) return { ...own, entities: null, error: finding.error }
  if (finding.entities.some(({ text }) => HALF.test(text)))
    return { ...own, entities: null, error: 'half a character in an entity, which Parquet cannot hold' }
  return { ...own, entities: finding.entities, error: null }
}

/** A text as it is, anything else in JSON; `null` for nothing. */
function plain(json: string): string | null {
  if (json === 'null') return null
  return json.startsWith('"') ? (JSON.parse(json) as string) : json
}

function schemaOf(keep: readonly string[]): SchemaElement[] {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const
  const number = { type: 'INT32', repetition_type: 'OPTIONAL' } as const
  return [
    { name: 'schema', num_children: 3 + keep.length },
    { name: 'id', ...text },
    ...keep.map(name => ({ name, ...text })),
    { name: 'entities', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', num_children: 6 },
    { name: 'start', ...number },
    { name: 'end', ...number },
    { name: 'type', ...text },
    { name: 'text', ...text },
    { name: 'score', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
    { name: 'source', ...text },
    { name: 'error', ...text },
  ]
}
