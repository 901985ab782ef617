import * as v from 'valibot'
import type { Endpoint } from '../endpoint.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { analyzeEndpoint } from './analyze.js'
import { anonymizeEndpoints } from './anonymize.js'
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
    ...anonymizeEndpoints(parts),
  ]
}
