import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { smallServer, TOKEN } from './testing/small-server.js'

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

interface Operation {
  readonly operationId: string
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
  readonly security: readonly object[]
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: { readonly Problem: object } }
}

const { ask } = await smallServer({ access: { token: TOKEN }, reload: async () => {} })
const document = (await (await ask('/openapi.json')).json()) as Document
const ajv = new Ajv2020({ strict: false, validateFormats: false })

const schemaOf = (content: Content | undefined, type = 'application/json'): ValidateFunction => {
  const { schema } = content?.content?.[type] ?? {}
  assert.ok(schema, type)
  return ajv.compile(schema)
}

test('the description is an OpenAPI 3.1 document', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  assert.deepEqual(
    [result.valid, document.openapi],
    [true, '3.1.0'],
    JSON.stringify(result.errors)?.slice(0, 999),
  )
  const operations = Object.values(document.paths).flatMap(path => Object.values(path))
  const ids = operations.map(({ operationId }) => operationId)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.length >= 14, ids.join())
  assert.deepEqual(document.paths['/v1/models/{name}'].post.security, [{ token: [] }])
  assert.deepEqual(document.paths['/v1/entities'].post.security, [])
})

test('requests and answers have the forms that the description says', async () => {
  const text = 'Ada wrote to Charles Babbage from London.'
  const cases: readonly (readonly [path: string, method: string, body?: object, at?: string])[] = [
    ['/v1/entities', 'post', { text }],
    ['/v1/entities', 'post', { texts: [text, '', text], offsets: 'codepoint', minScore: 0.2 }],
    ['/v1/entities', 'post', { text, readings: 3, probabilities: true, attention: true, tokens: true }],
    ['/v1/models', 'get'],
    ['/v1/models/{name}', 'get', undefined, '/v1/models/tagger'],
    ['/healthz', 'get'],
    ['/readyz', 'get'],
    ['/models/{name}', 'post', { inputs: text }, '/models/tagger'],
    [
      '/models/{name}',
      'post',
      { inputs: [text], parameters: { aggregation_strategy: 'none' } },
      '/models/tagger',
    ],
    ['/analyze', 'post', { text, language: 'en', return_decision_process: true }],
    ['/supportedentities', 'get'],
    ['/anonymizers', 'get'],
    ['/health', 'get'],
    ['/versions', 'get'],
    ['/anonymize', 'post', { text, analyzer_results: [{ start: 0, end: 3, score: 1, entity_type: 'A' }] }],
  ]
  for (const [path, method, body, at = path] of cases) {
    const operation = document.paths[path][method]
    if (body) {
      const isRequest = schemaOf(operation.requestBody)
      assert.ok(isRequest(body), `${path}: ${ajv.errorsText(isRequest.errors)}`)
    }
    const response = await ask(at, body)
    assert.equal(response.status, 200, path)
    const isAnswer = schemaOf(operation.responses[200])
    assert.ok(isAnswer(await response.json()), `${path}: ${ajv.errorsText(isAnswer.errors)}`)
  }
  assert.equal(cases.length, 15)
})

test('what the description refuses, the server refuses, with a problem of its form', async () => {
  const isRequest = schemaOf(document.paths['/v1/entities'].post.requestBody)
  const isProblem = ajv.compile(document.components.schemas.Problem)
  const wrong: readonly object[] = [
    { text: 1 },
    { texts: 'a' },
    { text: 'a', minScore: -1 },
    { text: 'a', readings: 1.5 },
    { text: 'a', offsets: 'utf8' },
    { text: 'a', more: 1 },
    [],
  ]
  for (const body of wrong) {
    assert.equal(isRequest(body), false, JSON.stringify(body))
    const response = await ask('/v1/entities', body)
    assert.equal(response.status, 422)
    assert.ok(isProblem(await response.json()), ajv.errorsText(isProblem.errors))
  }
  assert.equal(wrong.length, 7)
})
