import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ORIGIN, smallServer } from '../testing/small-server.js'
import { listen } from './listen.js'

test('an answer is passed on as the handler made it', async () => {
  const made = new Response('as it is')
  const { fetch } = await smallServer({ mounts: [{ path: '/own', fetch: () => made }] })
  assert.equal(await fetch(new Request(`${ORIGIN}/own/x`)), made)
})

test('with the faster requests and answers, a process answers the same', async () => {
  const server = await smallServer()
  const body = (value: unknown) => ({ method: 'POST', body: JSON.stringify(value) })
  const json = { 'content-type': 'application/json' }
  const lines = { 'content-type': 'application/x-ndjson' }
  const text = 'Ada Lovelace paid 1,000 pounds 😀 in London.'
  const requests: readonly [string, RequestInit][] = [
    ['/v1/entities', { ...body({ text }), headers: json }],
    ['/v1/entities', { ...body({ text: text.repeat(3_000), model: 'numbers' }), headers: json }],
    ['/v1/entities', { method: 'POST', body: `{"text":"${text}"}\n{"text":1}\n`, headers: lines }],
    ['/v1/entities', { ...body({ text: 1 }), headers: json }],
    ['/v1/entities', { ...body({ text }), headers: { 'content-type': 'text/html' } }],
    ['/v1/models', {}],
    ['/v1/models', { method: 'HEAD' }],
    ['/none', {}],
  ]
  const seen = async (response: Response) => [
    response.status,
    response.headers.get('content-type'),
    response.headers.get('content-security-policy'),
    await response.text(),
  ]
  const expected = []
  for (const [path, init] of requests)
    expected.push(await seen(await server.fetch(new Request(`${ORIGIN}${path}`, init))))
  const listening = await listen(server, { port: 0, ownsProcess: true })
  try {
    const found = []
    for (const [path, init] of requests) found.push(await seen(await fetch(`${listening.url}${path}`, init)))
    assert.deepEqual(found, expected)
    assert.deepEqual(
      found.map(([status]) => status),
      [200, 200, 200, 422, 415, 200, 200, 404],
    )
  } finally {
    await listening.close()
  }
})
