import { isRecord } from '../../base/json-types.js'
import { recordFormat } from '../jsonl/read-jsonl.js'
import { fieldsBesides, parseEntity, parseText, textRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'

/**
 * What Amazon Comprehend finds: `{"Entities":[{"BeginOffset","EndOffset","Score","Text","Type"}],"File","Line"}`. The
 * output of a job has no text, so a text must be added to each record as `Text`. Offsets count code points.
 */
export const comprehendFormat = recordFormat(
  {
    fits: value => isRecord(value) && entitiesOf(value) !== undefined,
    parse: value => {
      const entities = isRecord(value) ? entitiesOf(value) : undefined
      if (!isRecord(value) || entities === undefined)
        return refuse('bad-record', 'a record of Amazon Comprehend with "Entities"', value)
      if (value.Text === undefined)
        return refuse(
          'bad-record',
          'a text with its entities',
          "Amazon Comprehend's output, which has the entities without the text",
          'add the text of each line to its record as "Text"',
        )
      const named = entities.map(each =>
        isRecord(each)
          ? {
              ...parseEntity(each.BeginOffset, each.EndOffset, each.Type, each),
              ...(typeof each.Text === 'string' && { text: each.Text }),
            }
          : refuse('bad-entity', 'an entity as an object', each),
      )
      return [
        textRecord(parseText(value.Text, '"Text"'), named, {
          isPython: true,
          ...fieldsBesides(value, ['Text', 'Entities']),
        }),
      ]
    },
  },
  { title: "Amazon Comprehend's output", extensions: [], options: ['offsets'] },
)

function entitiesOf(value: Record<string, unknown>): readonly unknown[] | undefined {
  const { Entities } = value
  const isOwn =
    Array.isArray(Entities) &&
    Entities.every(each => isRecord(each) && 'BeginOffset' in each && 'EndOffset' in each)
  return isOwn ? Entities : undefined
}
