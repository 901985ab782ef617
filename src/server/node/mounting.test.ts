import assert from 'node:assert/strict'
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { ORIGIN, smallServer } from '../testing/small-server.js'
import { listen } from './listen.js'

const BODY = JSON.stringify({ text: 'Ada wrote to Charles Babbage.' })
const INIT = { method: 'POST', body: BODY, headers: { 'content-type': 'application/json' } }

interface Answer {
  readonly results: readonly { readonly entities: readonly object[] }[]
}

const small = await smallServer()
const expected = JSON.parse(JSON.stringify(await small.models.tagger.tag('Ada wrote to Charles Babbage.')))

async function check(response: Response): Promise<void> {
  assert.equal(response.status, 200, await response.clone().text())
  assert.deepEqual(((await response.json()) as Answer).results[0].entities, expected)
}

test('the server mounts in a Hono application, below a path', async () => {
  const app = new Hono()
  app.get('/', c => c.text('mine'))
  app.mount('/ner', small.fetch)
  await check(await app.fetch(new Request(`${ORIGIN}/ner/v1/entities`, INIT)))
  assert.equal(await (await app.fetch(new Request(`${ORIGIN}/`))).text(), 'mine')
  const document = (await (await app.fetch(new Request(`${ORIGIN}/ner/openapi.json`))).json()) as {
    servers: { url: string }[]
  }
  assert.equal(new URL(document.servers[0].url, `${ORIGIN}/ner/openapi.json`).pathname, '/ner/')
  assert.equal((await app.fetch(new Request(`${ORIGIN}/ner/none`))).status, 404)
})

test("the server mounts in node:http, beside the caller's own handlers", async () => {
  const listener = getRequestListener(small.fetch, { overrideGlobalObjects: false })
  const http = createHttpServer((incoming, outgoing) => {
    if (incoming.url?.startsWith('/v1/')) void listener(incoming, outgoing)
    else outgoing.end('mine')
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  await check(await fetch(`http://127.0.0.1:${port}/v1/entities`, INIT))
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'mine')
  http.closeAllConnections()
  await new Promise(resolve => http.close(resolve))
})

test('a server that listens closes when what is under way has ended', async () => {
  const listening = await listen(small, { port: 0 })
  await check(await fetch(`${listening.url}/v1/entities`, INIT))
  const sent = httpRequest(`${listening.url}/v1/entities`, INIT)
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve)
    sent.on('error', reject)
  })
  await new Promise<void>(resolve => sent.write(BODY.slice(0, 10), () => resolve()))
  const closing = listening.close(10_000)
  await new Promise(resolve => setImmediate(resolve))
  sent.end(BODY.slice(10))
  assert.equal((await answer).statusCode, 200)
  await closing
  await assert.rejects(fetch(`${listening.url}/healthz`))
})
