import { isRecord } from '../../base/json-types.js'
import { plural } from '../../base/plural.js'
import { agreed, textAmong } from '../jsonl/agreement.js'
import { type RecordForm, recordFormat } from '../jsonl/read-jsonl.js'
import { fieldsBesides, parseEntity, type TextEntity, textRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'

type Json = Record<string, unknown>

/** What Argilla exports (`dataset.records.to_json`): fields, and for each question responses and suggestions. */
export const argillaFormat = recordFormat(
  { fits: isArgilla, parse: parseArgilla },
  { title: 'an Argilla export', extensions: [], options: ['offsets'] },
)

function isArgilla(value: unknown): value is Json & { fields: Json } {
  return (
    isRecord(value) && isRecord(value.fields) && (isRecord(value.responses) || isRecord(value.suggestions))
  )
}

function parseArgilla(
  value: unknown,
  count: Parameters<RecordForm['parse']>[1],
): ReturnType<RecordForm['parse']> {
  if (!isArgilla(value))
    return refuse('bad-record', 'a record of Argilla with "fields", "responses" and "suggestions"', value)
  const { key, text } = textAmong(value.fields, ['text'])
  const { fields: others } = fieldsBesides(value.fields, [key])
  const more = fieldsBesides({ ...value, ...(others && { fields: others }) }, [
    'responses',
    'suggestions',
    ...(others ? [] : ['fields']),
  ])
  const responses = Object.entries(isRecord(value.responses) ? value.responses : {}).map(
    ([question, given]): [string, Json[]] => [question, (Array.isArray(given) ? given : []).filter(isRecord)],
  )
  const suggestions = Object.entries(isRecord(value.suggestions) ? value.suggestions : {}).flatMap(
    ([question, given]): [string, Json[]][] => (isRecord(given) ? [[question, [given]]] : []),
  )
  const isOfSpans = ([, given]: [string, Json[]]) =>
    given.some(each => isSpans(each.value)) &&
    given.every(each => isSpans(each.value) || each.value === null || each.value === undefined)
  const questions = responses.filter(isOfSpans)
  const suggested = suggestions.filter(isOfSpans)
  const names = new Set([...questions, ...suggested].map(([question]) => question))
  if (names.size > 1)
    return refuse(
      'bad-record',
      'spans of one question',
      `questions ${[...names].join(', ')}`,
      'export one question, or delete the other',
    )
  for (const [question] of responses)
    if (!names.has(question))
      count(
        `other-question-${question}`,
        n => `answers to ${JSON.stringify(question)} in ${n} ${plural(n, 'record')} are not read`,
      )
  const given = responses.flatMap(([, each]) => each)
  const left = given.filter(({ status }) => status === 'discarded' || status === 'draft')
  if (left.length > 0) {
    count(
      'left-responses',
      n => `responses to ${n} ${plural(n, 'record')} that are discarded or drafts are not read`,
    )
    // Who discards a record says that it has no right labels: a suggestion is none either.
    if (left.length === given.length && left.some(({ status }) => status === 'discarded')) return []
  }
  if (given.some(({ status }) => status === undefined))
    count(
      'unknown-status',
      n =>
        `responses to ${n} ${plural(n, 'record')} do not say whether they were submitted or discarded: all are read`,
    )
  const submitted = (questions[0]?.[1] ?? []).filter(each => isSpans(each.value) && !left.includes(each))
  if (submitted.length > 0) {
    const entities = agreed(
      submitted.map(each => entitiesOf(each.value)),
      'responses',
      'keep the right response in Argilla, or delete the others',
    )
    if (submitted.length > 1)
      count('several-annotators', n => `${n} ${plural(n, 'record')} with several responses, which agree`)
    return [textRecord(text, entities, more)]
  }
  if (suggested.length === 0) {
    count(
      'unlabeled-records',
      n => `${n} ${plural(n, 'record')} without responses are read as unlabeled text`,
    )
    return [textRecord(text, undefined, more)]
  }
  count('predictions', n => `${n} ${plural(n, 'record')} without responses: their suggestions are read`)
  return [textRecord(text, entitiesOf(suggested[0][1][0].value), more)]
}

function isSpans(value: unknown): value is readonly Json[] {
  return (
    Array.isArray(value) &&
    value.every(each => isRecord(each) && 'start' in each && 'end' in each && 'label' in each)
  )
}

function entitiesOf(value: unknown): TextEntity[] {
  return isSpans(value) ? value.map(each => parseEntity(each.start, each.end, each.label, each)) : []
}
