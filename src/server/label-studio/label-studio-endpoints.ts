/**
 * A machine learning backend for Label Studio, as its server asks for one (1.23, `label_studio/ml/api_connector.py`). Offsets
 * count code points, as its editor does.
 */
import * as v from 'valibot'
import type { Entity } from '../../recognize/annotated-text.js'
import type { Endpoint } from '../endpoint.js'
import type { BodyLimits } from '../limits/read-body.js'
import { checkLength } from '../native/entities.js'
import { inUnit } from '../native/in-unit.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { Problem } from '../problem.js'
import { readJson } from '../read-json.js'
import { type LabelConfig, parseLabelConfig } from './label-config.js'
import { labeledTask, type WebhookEvent, webhookForm } from './labeled-tasks.js'
import type { LabelStudioTrainer } from './trainer.js'

const JSON_TYPE = 'application/json'

const predictForm = v.looseObject({
  tasks: v.array(v.looseObject({ id: v.optional(v.unknown()), data: v.looseObject({}) })),
  label_config: v.string(),
})

const region = v.object({
  id: v.string(),
  from_name: v.string(),
  to_name: v.string(),
  type: v.string(),
  score: v.number(),
  value: v.object({
    start: v.number(),
    end: v.number(),
    score: v.number(),
    text: v.string(),
    labels: v.array(v.string()),
  }),
})
const predictAnswer = v.object({
  results: v.array(v.object({ model_version: v.string(), score: v.number(), result: v.array(region) })),
  model_version: v.string(),
})

const anyObject = v.looseObject({})
const jobForm = v.object({ job: v.nullable(v.string()), status: v.string() })

/** `/predict`, `/setup`, `/webhook`, `/health` and what goes with them. */
export function labelStudioEndpoints(
  parts: NativeParts,
  trainer: LabelStudioTrainer | undefined,
): Endpoint[] {
  const { models, body } = parts
  const version = () => {
    const [first] = models.list()
    return first ? `${first.name} ${first.version}` : 'none'
  }
  const json = (schema: v.GenericSchema) => [{ type: JSON_TYPE, schema }]
  return [
    predictEndpoint(parts),
    {
      method: 'POST',
      path: '/setup',
      access: 'read',
      id: 'labelStudioSetup',
      summary: 'Label Studio asks which model there is, and whether it goes with a project',
      body: json(v.looseObject({ schema: v.optional(v.string()) })),
      answer: { description: 'The model.', forms: json(v.object({ model_version: v.string() })) },
      refusals: [408, 413, 415, 422],
      handle: async ({ request }) => {
        const { schema } = await readJson(request, v.looseObject({ schema: v.optional(v.string()) }), body)
        if (schema) parseLabelConfig(schema)
        return Response.json({ model_version: version() })
      },
    },
    {
      method: 'GET',
      path: '/health',
      access: 'open',
      id: 'health',
      summary: "Whether the server is up, for Label Studio and for Presidio's clients",
      answer: { description: 'It is.', forms: json(v.object({ status: v.string() })) },
      handle: () => Response.json({ status: 'UP', model_class: 'Nerite' }),
    },
    {
      method: 'GET',
      path: '/versions',
      access: 'read',
      id: 'labelStudioVersions',
      summary: 'Versions of the model',
      answer: { description: 'The one there is.', forms: json(v.object({ versions: v.array(v.string()) })) },
      handle: () => Response.json({ versions: [version()] }),
    },
    ...(trainer ? trainingEndpoints(trainer, body) : []),
  ]
}

function trainingEndpoints(trainer: LabelStudioTrainer, body: BodyLimits): Endpoint[] {
  const json = (schema: v.GenericSchema) => [{ type: JSON_TYPE, schema }]
  return [
    {
      method: 'POST',
      path: '/webhook',
      access: 'write',
      id: 'labelStudioWebhook',
      summary: 'Events of a project: annotations are kept, and START_TRAINING trains',
      body: json(webhookForm),
      answer: { description: 'What was done.', forms: json(jobForm) },
      refusals: [401, 403, 408, 409, 413, 415, 422],
      handle: async ({ request }) => {
        const answer = await handleEvent(trainer, await readJson(request, webhookForm, body))
        return Response.json(answer, { status: 201 })
      },
    },
    {
      method: 'POST',
      path: '/job_status',
      access: 'read',
      id: 'labelStudioJobStatus',
      summary: 'What became of a training',
      body: json(v.looseObject({ job: v.string() })),
      answer: { description: 'Its status.', forms: json(anyObject) },
      refusals: [404, 408, 413, 415, 422],
      handle: async ({ request }) => {
        const { job } = await readJson(request, v.looseObject({ job: v.string() }), body)
        const status = trainer.status(job)
        if (!status) throw new Problem(404, 'label-studio/job', 'there is no training of that name')
        return Response.json({ ...status, job_status: status.status })
      },
    },
  ]
}

async function handleEvent(
  trainer: LabelStudioTrainer,
  event: WebhookEvent,
): Promise<v.InferOutput<typeof jobForm>> {
  const { action, project } = event
  if (project === undefined)
    throw new Problem(422, 'label-studio/event', 'expected an event with its project')
  const none = (status: string) => ({ job: null, status })
  switch (action) {
    case 'START_TRAINING':
      return { job: await trainer.start(project.id), status: 'started' }
    case 'ANNOTATION_CREATED':
    case 'ANNOTATION_UPDATED': {
      const labeled = labeledTask(event)
      if (!labeled) {
        // It may have been labeled before it was skipped.
        if (event.annotation) await trainer.forget(project.id, { annotations: [event.annotation.id] })
        return none('skipped')
      }
      await trainer.keep(project.id, labeled)
      return none('kept')
    }
    case 'ANNOTATIONS_DELETED':
      await trainer.forget(project.id, { annotations: (event.annotations ?? []).map(({ id }) => id) })
      return none('forgotten')
    case 'TASKS_DELETED':
      await trainer.forget(project.id, { tasks: (event.tasks ?? []).map(({ id }) => id) })
      return none('forgotten')
    default:
      return none('not for training')
  }
}

function predictEndpoint({ models, backlog, limits, body, onTagged }: NativeParts): Endpoint {
  return {
    method: 'POST',
    path: '/predict',
    access: 'read',
    id: 'labelStudioPredict',
    summary: 'Predictions for tasks of Label Studio, with the first model; offsets count code points',
    body: [{ type: JSON_TYPE, schema: predictForm }],
    answer: { description: 'One for each task.', forms: [{ type: JSON_TYPE, schema: predictAnswer }] },
    refusals: [408, 413, 415, 422],
    handle: async ({ request, signal }) => {
      backlog.check()
      const asked = await readJson(request, predictForm, body)
      const config = parseLabelConfig(asked.label_config)
      const texts = asked.tasks.map(({ data }, i) => textOf(data, config, i))
      const lease = models.lease()
      try {
        const found: Entity[][] = await backlog.during(texts.length, checkLength(texts, limits), () =>
          lease.recognizer.tag(texts, { signal }),
        )
        const wanted = found.map(entities => entities.filter(entity => isWanted(entity, config)))
        onTagged(lease.name, texts.length, wanted.flat().length)
        const model_version = `${lease.name} ${lease.version}`
        const results = wanted.map((entities, i) => ({
          model_version,
          score: entities.length === 0 ? 0 : Math.min(...entities.map(({ score }) => score)),
          result: regions(texts[i], entities, config),
        }))
        return Response.json({ results, model_version })
      } finally {
        lease.end()
      }
    },
  }
}

function textOf(data: Readonly<Record<string, unknown>>, { field }: LabelConfig, i: number): string {
  const text = Object.hasOwn(data, field) ? data[field] : undefined
  if (typeof text === 'string') return text
  throw new Problem(
    422,
    'label-studio/task',
    `tasks.${i}.data: expected a text in the field that label_config names`,
  )
}

/** A project may have fewer types than the model. */
function isWanted({ type }: Entity, { labels }: LabelConfig): boolean {
  return labels.length === 0 || labels.includes(type)
}

function regions(text: string, entities: readonly Entity[], { fromName, toName }: LabelConfig) {
  return inUnit(text, entities, 'codepoint').map(({ start, end, type, score, text: own }, i) => ({
    id: `nerite-${i}`,
    from_name: fromName,
    to_name: toName,
    type: 'labels',
    score,
    value: { start, end, score, text: own, labels: [type] },
  }))
}
