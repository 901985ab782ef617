import * as v from 'valibot'
import type { Endpoint } from '../endpoint.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { analyzeEndpoint } from './analyze.js'
import { anonymizeEndpoints } from './anonymize.js'
import { deanonymizeEndpoints } from './deanonymize.js'
import { presidioType } from './entity-types.js'

/** The endpoints of Presidio's analyzer and anonymizer. */
export function presidioEndpoints(parts: NativeParts): Endpoint[] {
  const { models } = parts
  return [
    analyzeEndpoint(parts),
    {
      method: 'GET',
      path: '/supportedentities',
      access: 'read',
      id: 'presidioSupportedEntities',
      summary: 'Entity types of the first model, by the names of Presidio',
      query: v.object({ language: v.optional(v.string()) }),
      answer: {
        description: 'Names of types.',
        forms: [{ type: 'application/json', schema: v.array(v.string()) }],
      },
      handle: () => {
        const [first] = models.list()
        return Response.json([...new Set((first?.info.types ?? []).map(presidioType))])
      },
    },
    {
      method: 'GET',
      path: '/recognizers',
      access: 'read',
      id: 'presidioRecognizers',
      summary: 'What finds entities here: the first model, by its name',
      query: v.object({ language: v.optional(v.string()) }),
      answer: {
        description: 'Names of recognizers.',
        forms: [{ type: 'application/json', schema: v.array(v.string()) }],
      },
      handle: () =>
        Response.json(
          models
            .list()
            .slice(0, 1)
            .map(({ name }) => name),
        ),
    },
    ...anonymizeEndpoints(parts),
    ...deanonymizeEndpoints(parts),
  ]
}
