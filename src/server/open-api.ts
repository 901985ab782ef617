import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { VERSION } from '../base/version.js'
import type { BodyForm, Endpoint } from './endpoint.js'
import { PROBLEM_TYPE } from './problem.js'

const problemForm = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  code: v.pipe(v.string(), v.description('Which kind of refusal this is. Stable.')),
  faults: v.optional(
    v.array(
      v.object({
        where: v.string(),
        expected: v.string(),
        got: v.string(),
        remedy: v.optional(v.string()),
      }),
    ),
  ),
})

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request is no HTTP, UTF-8 or JSON.',
  401: 'A token is required.',
  403: 'Not allowed.',
  404: 'There is no such thing.',
  408: 'The body took too long.',
  409: 'It is being done already.',
  413: 'More than the server takes.',
  415: 'A body of another kind.',
  422: 'A body of another form, or what this model cannot do.',
  429: 'Too many requests of this client at a time.',
  503: 'More than the server can do now; `Retry-After` says when to try again.',
}

/**
 * The OpenAPI 3.1 document of some endpoints, made from the schemas that check their requests.
 * @param needsToken what needs the token
 */
export function openApi(endpoints: readonly Endpoint[], needsToken: 'writes' | 'everything'): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][endpoint.method.toLowerCase()] = operation(endpoint, needsToken)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nerite',
      version: VERSION,
      description: 'Named entity recognition over HTTP.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemForm) },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  }
}

function operation(endpoint: Endpoint, needsToken: 'writes' | 'everything'): object {
  const { id, summary, description, body, answer, refusals = [], access } = endpoint
  const isGuarded = access === 'write' || (access === 'read' && needsToken === 'everything')
  const codes = [...new Set([...(isGuarded ? [401] : []), ...refusals, 403, 429, 503])].sort()
  const refused = codes.map(code => [
    String(code),
    {
      description: DESCRIPTIONS[code],
      content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ])
  const parameters = [...pathParameters(endpoint), ...queryParameters(endpoint)]
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      200: { description: answer.description, content: contentOf(answer.forms) },
      ...Object.fromEntries(refused),
    },
    security: isGuarded ? [{ token: [] }] : [],
  }
}

function pathParameters({ path }: Endpoint): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Endpoint): object[] {
  if (!query) return []
  const { properties = {}, required = [] } = schemaOf(query) as {
    readonly properties?: Readonly<Record<string, object>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function contentOf(forms: readonly BodyForm[]): object {
  return Object.fromEntries(
    forms.map(({ type, schema }) => [type, { schema: schema ? schemaOf(schema) : { type: 'string' } }]),
  )
}

function schemaOf(schema: v.GenericSchema): object {
  const { $schema: _, ...own } = toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    // What only a function checks: the description of the field says it.
    ignoreActions: ['check'],
  }) as Record<string, unknown>
  return own
}
