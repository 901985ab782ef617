/** Label Studio's exports: JSON and JSON-MIN, and predictions in its format of imports. */
import { isRecord, isStrings } from '../../base/json-types.js'
import { plural } from '../../base/plural.js'
import { agreed, textAmong } from '../jsonl/agreement.js'
import type { RecordForm } from '../jsonl/read-jsonl.js'
import { fieldsBesides, parseEntity, type TextEntity, type TextRecord, textRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'

type Json = Record<string, unknown>
type Count = Parameters<RecordForm['parse']>[1]

/** One annotator's or model's results for a task, as entities. */
interface Annotation {
  readonly entities: readonly TextEntity[]
  /** The tag of the labeling interface that shows the text. */
  readonly target: string | undefined
}

/** Whether a value is a task with its annotations or predictions, or a record of JSON-MIN. */
export function isTask(value: unknown): boolean {
  if (!isRecord(value)) return false
  // A task that nobody annotated may have its data alone.
  if (isRecord(value.data))
    return (
      [value.annotations, value.completions, value.predictions].some(Array.isArray) ||
      !('text' in value || 'tokens' in value)
    )
  return isMinimal(value)
}

function isMinimal(value: Json): boolean {
  // What was converted to JSONL has the same fields.
  if ('offsets' in value || 'tokenOffsets' in value || 'tags' in value) return false
  return 'id' in value && 'annotator' in value && ('annotation_id' in value || 'lead_time' in value)
}

/** The record of a task. @throws RowError */
export const parseTask: RecordForm['parse'] = (value, count) => {
  if (!isRecord(value) || !isTask(value))
    return refuse('bad-record', 'a task of Label Studio with "data" and "annotations"', value)
  if (!isRecord(value.data)) return [parseMinimal(value, count)]
  const given = value.annotations ?? value.completions
  const done = Array.isArray(given) ? given : undefined
  const found = (done ?? []).map(each =>
    isRecord(each)
      ? each
      : refuse(
          'bad-record',
          'annotations with their results',
          each,
          'export the tasks with their annotations',
        ),
  )
  const kept = found.filter(each => each.was_cancelled !== true)
  if (kept.length < found.length)
    count(
      'skipped-annotations',
      n => `the annotations of ${n} ${plural(n, 'task')} that annotators skipped are not read`,
    )
  const predictions = Array.isArray(value.predictions) ? value.predictions.filter(isRecord) : []
  if (found.length > 0 && kept.length === 0) return []
  const isPredicted = kept.length === 0 && predictions.length > 0
  const readings = isPredicted ? predictions : kept
  if (isPredicted)
    count('predictions', n => `${n} ${plural(n, 'task')} without annotations: their predictions are read`)
  if (readings.length > 0) return [recordOf(value, value.data, oneOf(readings, isPredicted, count), count)]
  count('unlabeled-tasks', n => `${n} ${plural(n, 'task')} without annotations are read as unlabeled text`)
  return [recordOf(value, value.data, undefined, count)]
}

/** The annotation marked as ground truth, or the one that all annotators made. */
function oneOf(readings: readonly Json[], isPredicted: boolean, count: Count): Annotation {
  const truths = readings.filter(each => each.ground_truth === true)
  const kept = (truths.length > 0 ? truths : readings).map(each => parseResults(each, count))
  const entities = agreed(
    kept.map(each => each.entities),
    isPredicted ? 'predictions' : 'annotations',
    isPredicted
      ? 'keep the predictions of one model'
      : 'mark the right one as ground truth in Label Studio, or export one of them',
  )
  if (readings.length > 1)
    count(
      'several-annotators',
      n => `${n} ${plural(n, 'task')} with several annotations: ground truth is read, or what all agree on`,
    )
  return { entities, target: kept[0].target }
}

function parseResults(annotation: Json, count: Count): Annotation {
  const results = annotation.result
  if (!Array.isArray(results)) return refuse('bad-record', '"result" as a list', annotation)
  const entities: TextEntity[] = []
  let target: string | undefined
  for (const result of results) {
    if (!isRecord(result)) return refuse('bad-record', 'a result as an object', result)
    if (result.type === 'hypertextlabels')
      return refuse('bad-entity', 'labels of plain text', 'labels of HTML', 'annotate its text with <Text>')
    if (result.type === 'paragraphlabels')
      return refuse(
        'bad-entity',
        'labels of one text',
        'labels of a dialogue',
        'annotate its text with <Text>',
      )
    if (result.type !== 'labels') {
      const type = String(result.type).slice(0, 40)
      count(`other-results-${type}`, n => `${n} ${plural(n, 'result')} of type ${type} are not read`)
      continue
    }
    const { to_name } = result
    if (typeof to_name === 'string') {
      if (target !== undefined && target !== to_name)
        return refuse(
          'bad-entity',
          'labels of one text in each task',
          `labels of ${target} and of ${to_name}`,
        )
      target = to_name
    }
    entities.push(entityOf(result.value))
  }
  return { entities, target }
}

/** `{"start","end","text","labels"}` */
function entityOf(value: unknown): TextEntity {
  if (!isRecord(value)) return refuse('bad-entity', 'a value with "start", "end" and "labels"', value)
  const { labels, text } = value
  if (!isStrings(labels) || labels.length !== 1)
    return refuse('bad-entity', 'one label for each range', value, 'choose one of the labels')
  const entity = parseEntity(value.start, value.end, labels[0], value)
  return typeof text === 'string' ? { ...entity, text } : entity
}

/** Keys of a task that hold labels, and its text. */
const READ = ['data', 'annotations', 'completions', 'predictions', 'drafts']

function recordOf(task: Json, data: Json, annotation: Annotation | undefined, count: Count): TextRecord {
  const { key, text } = textAmong(data, [annotation?.target, 'text'])
  const { fields } = fieldsBesides(data, [key])
  const others = { ...fieldsBesides(task, READ).fields, ...(fields && { data: fields }) }
  return { ...asShown(text, annotation?.entities, count), ...fieldsBesides(others, []) }
}

/** The record of a text as a browser shows it, where CR LF is one character, if that is what the ranges count. */
function asShown(text: string, entities: readonly TextEntity[] | undefined, count: Count): TextRecord {
  const shown = text.replaceAll('\r\n', '\n')
  const fits = (whole: string) =>
    entities?.every(({ start, end, text: own }) => own === undefined || isSame(whole.slice(start, end), own))
  if (shown === text || fits(text) !== false || !fits(shown)) return textRecord(text, entities)
  count(
    'line-ends',
    n => `CR LF of ${n} ${plural(n, 'text')} is read as one character, as Label Studio counts it`,
  )
  return textRecord(shown, entities)
}

function isSame(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+|\\n/g, '')
}

/**
 * JSON-MIN has the labels under the name that the labeling interface gives them, and nothing where an annotator found
 * none. It has no annotations that were skipped.
 */
function parseMinimal(value: Json, count: Count): TextRecord {
  const isRange = (each: unknown) => isRecord(each) && ('start' in each || 'startOffset' in each)
  const lists = Object.entries(value).flatMap(([key, each]): [string, unknown[]][] =>
    Array.isArray(each) && each.some(isRange) ? [[key, each]] : [],
  )
  if (lists.length > 1)
    return refuse('bad-record', 'one list of labels', lists.map(([key]) => key).join(', '))
  if (lists.length === 0)
    count(
      'no-labels',
      n => `${n} ${plural(n, 'annotation')} without labels: read as ${plural(n, 'text')} without entities`,
    )
  const entities = lists.length === 0 ? [] : lists[0][1].map(entityOf)
  const fields = Object.entries(value).filter(([key]) => !/(_at|_time|_name|annotator)$/.test(key))
  const { key, text } = textAmong(Object.fromEntries(fields), ['text'])
  return {
    ...asShown(text, entities, count),
    ...fieldsBesides(value, [key, ...lists.map(([name]) => name)]),
    ...((typeof value.id === 'number' || typeof value.id === 'string') && { task: value.id }),
  }
}
