import * as v from 'valibot'
import { isRecord } from '../../base/json-types.js'
import { toUtf16Offsets } from '../../text/offsets.js'
import { Problem } from '../problem.js'
import { parseLabelConfig } from './label-config.js'

/** A task that somebody labeled: offsets in UTF-16 code units. */
export interface LabeledTask {
  readonly task: number
  readonly annotation: number
  readonly text: string
  readonly entities: readonly { readonly start: number; readonly end: number; readonly type: string }[]
}

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const projectForm = v.looseObject({ id, label_config: v.optional(v.string()) })
const annotationForm = v.looseObject({
  id,
  task: v.optional(v.union([id, v.looseObject({ id })])),
  was_cancelled: v.optional(v.boolean()),
  result: v.array(v.looseObject({ type: v.optional(v.string()), from_name: v.optional(v.string()) })),
})

export const webhookForm = v.looseObject({
  action: v.string(),
  project: v.optional(projectForm),
  task: v.optional(v.looseObject({ id, data: v.looseObject({}) })),
  annotation: v.optional(annotationForm),
  annotations: v.optional(v.array(v.looseObject({ id }))),
  tasks: v.optional(v.array(v.looseObject({ id }))),
})

export type WebhookEvent = v.InferOutput<typeof webhookForm>

const value = v.looseObject({
  start: v.pipe(v.number(), v.integer(), v.minValue(0)),
  end: v.pipe(v.number(), v.integer(), v.minValue(0)),
  labels: v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.minLength(1)),
})

/**
 * The labels of an annotation that was made or changed; nothing for one that was skipped.
 * @throws Problem 422 for an event without what an annotation has, or with offsets that are not in the text
 */
export function labeledTask({ project, task, annotation }: WebhookEvent): LabeledTask | undefined {
  if (!project?.label_config || !task || !annotation)
    throw refused('an event with project, task and annotation: send the payload with webhooks')
  if (annotation.was_cancelled) return undefined
  const { fromName, field } = parseLabelConfig(project.label_config)
  const text = Object.hasOwn(task.data, field) ? task.data[field] : undefined
  if (typeof text !== 'string') throw refused(`a text in the field of the task that label_config names`)
  const found = annotation.result.flatMap(region => {
    if (region.from_name !== fromName) return []
    const own = isRecord(region.value) ? v.safeParse(value, globalOffsets(region.value)) : undefined
    if (!own?.success) throw refused('regions with start, end and labels')
    const { start, end, labels } = own.output
    return labels.map(type => ({ start, end, type }))
  })
  try {
    const places = toUtf16Offsets(text, found)
    const entities = found.map(({ type }, i) => ({ ...places[i], type }))
    return { task: task.id, annotation: annotation.id, text, entities }
  } catch {
    throw refused('offsets that are in the text')
  }
}

const exportForm = v.array(
  v.looseObject({ id, data: v.looseObject({}), annotations: v.optional(v.array(annotationForm)) }),
)

/**
 * The labels of all tasks of an export (JSON) of a project: of each task its latest annotation, unless that was skipped.
 * @throws Problem 422 for another form, or offsets that are not in a text
 */
export function exportedTasks(
  project: { readonly id: number; readonly label_config: string },
  exported: unknown,
): LabeledTask[] {
  const read = v.safeParse(exportForm, exported)
  if (!read.success) throw refused('an export of tasks with their annotations')
  return read.output.flatMap(({ id, data, annotations = [] }) => {
    const latest = annotations.toSorted((a, b) => a.id - b.id).at(-1)
    const labeled =
      latest && labeledTask({ action: 'export', project, task: { id, data }, annotation: latest })
    return labeled ? [labeled] : []
  })
}

/** Text and hypertext have their offsets in other fields. */
function globalOffsets(value: Readonly<Record<string, unknown>>) {
  return isRecord(value.globalOffsets) ? { ...value, ...value.globalOffsets } : value
}

function refused(expected: string): Problem {
  return new Problem(422, 'label-studio/event', `expected ${expected}`)
}
