import { isRecord } from '../../base/json-types.js'
import { recordFormat } from '../jsonl/read-jsonl.js'
import { parseRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'
import { doccanoWriter } from './write-doccano.js'

/** Keys that are not labels of ranges. */
const KNOWN = ['id', 'Comments', 'comments', 'relations', 'cats', 'meta', 'metadata', 'annotation_approver']

/** Sequence labeling has triples under `label` (before version 1.6 under `labels`), relation extraction `entities`. */
export const doccanoFormat = recordFormat(
  {
    fits: isDoccano,
    parse: (value, count) => {
      if (!isRecord(value) || typeof value.text !== 'string' || labelsOf(value) === undefined)
        return refuse('bad-record', 'a record of doccano with "text" and "label" or "entities"', value)
      const record = parseRecord(value)
      if (Array.isArray(value.relations) && value.relations.length > 0)
        count('relations', n => `the relations of ${n} records are not read`)
      const unread = record.unread.filter(key => !KNOWN.includes(key))
      return [record.kind === 'text' ? { ...record, unread, isPython: true } : record]
    },
  },
  { title: 'a doccano export', extensions: [], options: ['offsets'], ending: 'jsonl', write: doccanoWriter },
)

function isDoccano(value: unknown): boolean {
  if (!isRecord(value) || typeof value.text !== 'string' || 'answer' in value) return false
  const labels = labelsOf(value)
  if (labels === undefined) return false
  const isOwn = Number.isInteger(value.id) && ['Comments', 'relations', 'label'].some(key => key in value)
  return labels.length === 0 ? isOwn : isOwn || !('entities' in value) || 'relations' in value
}

/** The labels of either kind, if they have its form. */
function labelsOf(value: Record<string, unknown>): readonly unknown[] | undefined {
  const { label = value.labels, entities } = value
  const isTriple = (each: unknown) =>
    Array.isArray(each) &&
    each.length === 3 &&
    Number.isInteger(each[0]) &&
    Number.isInteger(each[1]) &&
    typeof each[2] === 'string'
  const isEntity = (each: unknown) => isRecord(each) && 'start_offset' in each && 'end_offset' in each
  if (Array.isArray(entities)) return entities.every(isEntity) ? entities : undefined
  return Array.isArray(label) && label.every(isTriple) ? label : undefined
}
