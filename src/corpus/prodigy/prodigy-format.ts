import { isRecord } from '../../base/json-types.js'
import { plural } from '../../base/plural.js'
import { type RecordForm, recordFormat } from '../jsonl/read-jsonl.js'
import { parseRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'
import { prodigyWriter } from './write-prodigy.js'

/** What Prodigy adds to a record, besides what is read. */
const KNOWN = /^(_.*|meta|tokens|config|options|accept|id|priority|score|version|view_id)$/

export const prodigyFormat = recordFormat(
  { fits: isProdigy, parse: parseProdigy },
  { title: 'a Prodigy export', extensions: [], options: ['offsets'], ending: 'jsonl', write: prodigyWriter },
)

function isProdigy(value: unknown): boolean {
  if (!isRecord(value) || typeof value.text !== 'string') return false
  if ('_input_hash' in value || '_task_hash' in value || '_view_id' in value) return true
  const { spans, tokens } = value
  const hasTokens = Array.isArray(tokens) && tokens.some(each => isRecord(each) && 'ws' in each)
  const hasSpans = Array.isArray(spans) && spans.some(each => isRecord(each) && 'token_start' in each)
  return hasTokens || hasSpans
}

function parseProdigy(
  value: unknown,
  count: Parameters<RecordForm['parse']>[1],
): ReturnType<RecordForm['parse']> {
  if (!isRecord(value) || typeof value.text !== 'string')
    return refuse('bad-record', 'a record of Prodigy with "text" and "spans"', value)
  const record = parseRecord(value)
  if (record.kind !== 'text') return [record]
  const unread = record.unread.filter(key => !KNOWN.test(key))
  const isAccepted = value.answer === 'accept'
  // Recipes that ask about one span at a time leave all others open.
  const isBinary =
    (value._view_id === 'ner' || value._is_binary === true) && isAccepted && record.entities !== undefined
  if (isBinary)
    count(
      'binary-answers',
      n => `${n} ${plural(n, 'record')} with answers to single spans: only these spans are read as labeled`,
    )
  // Whoever accepts a text without marking a span says that there is none.
  const isEmpty = MANUAL.includes(String(value._view_id)) && isAccepted && record.entities === undefined
  if (isEmpty)
    count(
      'no-spans',
      n =>
        `${n} accepted ${plural(n, 'record')} without spans: read as ${plural(n, 'text')} without entities`,
    )
  return [
    {
      ...record,
      unread,
      isPython: true,
      ...(!isBinary && typeof value._input_hash === 'number' && { task: value._input_hash }),
      ...(isBinary && { annotated: [] }),
      ...(isEmpty && { entities: [] }),
    },
  ]
}

/** Interfaces in which all spans of a text are marked. */
const MANUAL = ['ner_manual', 'spans_manual']
