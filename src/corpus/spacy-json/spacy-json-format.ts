import { isRecord } from '../../base/json-types.js'
import { recordFormat } from '../jsonl/read-jsonl.js'
import { fieldsBesides, parseEntity, textRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'
import { isTrainingDocument, parseTrainingDocument } from './training-document.js'
import { spacyJsonWriter } from './write-spacy-json.js'

/** `Doc.to_json()` of spaCy, and the JSON of its second version's `spacy train`. */
export const spacyJsonFormat = recordFormat(
  {
    fits: value => isDocument(value) || isTrainingDocument(value),
    parse: (value, count) => {
      if (isTrainingDocument(value)) return parseTrainingDocument(value)
      if (!isDocument(value)) return refuse('bad-record', 'a document of spaCy with "text" and "ents"', value)
      for (const group of Object.keys(isRecord(value.spans) ? value.spans : {}))
        count(
          `span-group-${group}`,
          n => `the span group ${JSON.stringify(group)} of ${n} documents is not read`,
        )
      const entities = value.ents?.map(each => {
        if (!isRecord(each)) return refuse('bad-entity', 'an entity as an object', each)
        return parseEntity(each.start, each.end, each.label, each)
      })
      const unread = Object.keys(value).filter(key => !KNOWN.includes(key))
      return [
        textRecord(value.text, entities, {
          isPython: true,
          unread,
          ...fieldsBesides(value, ['text', 'ents', 'tokens', 'spans']),
        }),
      ]
    },
  },
  {
    title: "spaCy's JSON",
    extensions: [],
    options: ['offsets'],
    ending: 'jsonl',
    write: spacyJsonWriter,
  },
)

/** Keys of labels in other programs' records. */
const OTHER_LABELS = ['entities', 'label', 'labels', 'annotations', 'annotation', 'tags', 'ner_tags']
/** What `Doc.to_json()` writes besides what is read. */
const KNOWN = ['text', 'ents', 'tokens', 'sents', 'cats', 'spans', '_', 'underscore_token', 'underscore_span']

interface Document extends Record<string, unknown> {
  readonly text: string
  readonly ents?: readonly unknown[]
}

function isDocument(value: unknown): value is Document {
  if (!isRecord(value) || typeof value.text !== 'string') return false
  const { ents, tokens } = value
  if (ents !== undefined && !Array.isArray(ents)) return false
  // Others have tokens by their places too, and their labels under other keys.
  if (Array.isArray(value.spans) || OTHER_LABELS.some(key => key in value)) return false
  if (Array.isArray(tokens) && (tokens.length > 0 || ents !== undefined))
    return tokens.every(
      each => isRecord(each) && Number.isInteger(each.start) && !('text' in each) && !('ws' in each),
    )
  return ents !== undefined && ents.length > 0 && ents.every(each => isRecord(each) && 'label' in each)
}
