import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { ModelFileError } from '../base/model-file-error.js'
import { runAt } from './run-source.js'

/** The requests of one test: their paths with what authorization they came with. */
const requests: string[] = []
const server = createServer(({ url, headers }, response) => {
  requests.push(`${url} ${headers.authorization ?? '-'}`)
  const isAllowed = url?.startsWith('/open/') || headers.authorization === AUTHORIZED
  response.writeHead(isAllowed ? 200 : 401).end('bytes')
})
/** RFC 7617, in UTF-8. */
const AUTHORIZED = `Basic ${Buffer.from('ada:pä ss:word%zz').toString('base64')}`
let host = ''

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => server.close())

test('a name and password in an address are sent as basic authentication, and shown nowhere', async () => {
  const source = runAt(`http://ada:p%C3%A4%20ss:word%zz@${host}/runs/a?key=1`)
  assert.equal(source.name, `http://${host}/runs/a/`)
  assert.equal(new TextDecoder().decode(await source.read('config.json', 100)), 'bytes')
  assert.deepEqual(requests.splice(0), [`/runs/a/config.json?key=1 ${AUTHORIZED}`])
  const refused = runAt(`http://ada:secret@${host}/runs/a/`).read('config.json', 100)
  await assert.rejects(
    refused,
    error =>
      error instanceof ModelFileError && /HTTP 401/.test(error.message) && !/secret/.test(error.message),
  )
  requests.length = 0
})

test('without a password nothing is added', async () => {
  await runAt(`http://${host}/open/a/`).read('config.json', 100)
  assert.deepEqual(requests.splice(0), ['/open/a/config.json -'])
  assert.equal(runAt('runs/a').name, 'runs/a/')
})

test('an address without a server is refused, without its password', () => {
  for (const url of ['http://', 'https://ada:secret@', 'http://ada:secret@:80/a', 'http://[::1/a'])
    assert.throws(
      () => runAt(url),
      error => error instanceof ModelFileError && !/secret/.test(error.message),
      url,
    )
})
