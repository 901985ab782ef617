/** What `nerite pipe` does: JSON lines with texts in, JSON lines with entities out, one for each and in their order. */
import { inOrder } from '../../base/in-order.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import { type ByteLine, byteLines } from './byte-lines.js'
import {
  type AnswerEntity,
  answerJson,
  inUnit,
  parseRecord,
  RECORD_LIMITS,
  type RecordFields,
  type RecordLimits,
  type TextRecord,
  taggingFailure,
} from './text-record.js'

export interface PipeOptions extends RecordFields {
  /** Default: `utf16`. */
  readonly offsets?: OffsetUnit
  /** Default: those of a command, which has its machine for itself. */
  readonly limits?: RecordLimits
  /** Records, and characters of their texts, that are read before their answers are taken. */
  readonly ahead?: { readonly items: number; readonly cost: number }
}

/** What went through a pipe. */
export interface PipeSummary {
  records: number
  errors: number
  /** The first record with an error, from 1, and the error, which has nothing of its text. */
  first?: { readonly record: number; readonly error: string }
}

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
  tag: (text: string) => Promise<readonly AnswerEntity[]>,
  options: PipeOptions,
  summary: PipeSummary,
): AsyncGenerator<string> {
  const { ahead = AHEAD, limits = RECORD_LIMITS } = options
  const lines = byteLines(bytes, limits.bytes)
  const start = (line: ByteLine) => {
    const record = parseRecord(line, options, limits)
    return { result: answer(record, tag, options), cost: 'text' in record ? record.text.length : 0 }
  }
  for await (const answers of inOrder(lines, start, ahead)) {
    for (const { error } of answers) {
      summary.records++
      if (error === undefined) continue
      summary.errors++
      summary.first ??= { record: summary.records, error }
    }
    yield answers.map(({ json }) => `${json}\n`).join('')
  }
}

interface Answer {
  readonly json: string
  readonly error?: string
}

async function answer(
  record: TextRecord,
  tag: (text: string) => Promise<readonly AnswerEntity[]>,
  { offsets = 'utf16' }: PipeOptions,
): Promise<Answer> {
  if ('error' in record) return { json: answerJson(record, record, offsets), error: record.error }
  try {
    const entities = inUnit(record.text, await tag(record.text), offsets)
    return { json: answerJson(record, { entities }, offsets) }
  } catch (error) {
    const failure = taggingFailure(error)
    return { json: answerJson(record, failure, offsets), ...failure }
  }
}
