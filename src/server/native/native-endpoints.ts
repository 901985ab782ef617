import type { Endpoint } from '../endpoint.js'
import type { Backlog } from '../limits/backlog.js'
import type { BodyLimits } from '../limits/read-body.js'
import type { Models } from '../models/models.js'
import { checkForm, checkMediaType, mediaType, readJson } from '../read-json.js'
import type { Limits, Reload } from '../server-options.js'
import { findEntities } from './entities.js'
import { entitiesAnswer, entitiesRequest, streamAnswer, streamQuery, streamRecord } from './entity-forms.js'
import { entityStream } from './entity-stream.js'
import { modelAnswer, modelForm, modelsForm, reloadForm } from './model-forms.js'

const JSON_TYPE = 'application/json'
/** JSON lines: the first name is the one that answers have. */
export const LINES_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

export interface NativeParts {
  readonly models: Models
  readonly backlog: Backlog
  readonly limits: Limits
  /** How much of a body is read. */
  readonly body: BodyLimits
  readonly reload?: Reload
  readonly onTagged: (model: string, texts: number, entities: number) => void
}

/** The server's own interface. */
export function nativeEndpoints(parts: NativeParts): Endpoint[] {
  const { models, reload } = parts
  return [
    entitiesEndpoint(parts),
    {
      method: 'GET',
      path: '/v1/models',
      access: 'read',
      id: 'listModels',
      summary: 'The models that are served; the first is the default',
      answer: { description: 'All models.', forms: [{ type: JSON_TYPE, schema: modelsForm }] },
      handle: () => Response.json({ models: models.list().map(modelAnswer) }),
    },
    {
      method: 'GET',
      path: '/v1/models/:name',
      access: 'read',
      id: 'getModel',
      summary: 'One model',
      answer: { description: 'The model.', forms: [{ type: JSON_TYPE, schema: modelForm }] },
      refusals: [404],
      handle: ({ param }) => Response.json(modelAnswer(models.facts(param('name')))),
    },
    ...(reload ? [reloadEndpoint(parts, reload)] : []),
  ]
}

function entitiesEndpoint({ models, backlog, limits, body, onTagged }: NativeParts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/entities',
    access: 'read',
    id: 'findEntities',
    summary: 'The entities of one text or of many',
    description:
      'With a JSON body, all texts are answered together. With JSON lines, each line is a record with a text and perhaps ' +
      'an id, and is answered with one line, in their order, as they come; options are then in the query.',
    query: streamQuery,
    body: [
      { type: JSON_TYPE, schema: entitiesRequest },
      { type: LINES_TYPES[0], schema: streamRecord },
    ],
    answer: {
      description: 'Entities in the order of the texts.',
      forms: [
        { type: JSON_TYPE, schema: entitiesAnswer },
        { type: LINES_TYPES[0], schema: streamAnswer },
      ],
    },
    refusals: [404, 408, 413, 415, 422],
    handle: async ({ request, query, signal }) => {
      checkMediaType(request, [JSON_TYPE, ...LINES_TYPES])
      if (mediaType(request) !== JSON_TYPE) {
        const { model, offsets, minScore, coarse } = checkForm(streamQuery, query())
        const options = { offsets, minScore: Number(minScore), coarse: coarse === 'true' }
        const lease = models.lease(model)
        return new Response(entityStream(request, options, lease, { backlog, limits, body, onTagged }), {
          headers: { 'content-type': LINES_TYPES[0], 'cache-control': 'no-store' },
        })
      }
      backlog.check()
      const asked = await readJson(request, entitiesRequest, body)
      const lease = models.lease(asked.model)
      try {
        const answer = await findEntities(asked, lease, backlog, limits, signal)
        const found = answer.results.reduce((sum, { entities }) => sum + entities.length, 0)
        onTagged(lease.name, answer.results.length, found)
        return Response.json(answer)
      } finally {
        lease.end()
      }
    },
  }
}

function reloadEndpoint({ models, body }: NativeParts, reload: Reload): Endpoint {
  return {
    method: 'POST',
    path: '/v1/models/:name',
    access: 'write',
    id: 'replaceModel',
    summary: 'Load a model anew, or another one in its place',
    description:
      'Requests that have begun are answered by the model before. If the new one cannot be loaded, the one before stays.',
    body: [{ type: JSON_TYPE, schema: reloadForm }],
    answer: { description: 'The model that is served now.', forms: [{ type: JSON_TYPE, schema: modelForm }] },
    refusals: [401, 403, 404, 409, 413, 415, 422],
    isStream: true,
    handle: async ({ request, param }) => {
      const name = param('name')
      models.facts(name)
      const { from } = await readJson(request, reloadForm, body)
      await reload(name, from)
      return Response.json(modelAnswer(models.facts(name)))
    },
  }
}
