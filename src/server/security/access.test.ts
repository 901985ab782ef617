import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessOptions, Mount } from '../server-options.js'
import { ORIGIN, smallServer, TOKEN } from '../testing/small-server.js'

const MOUNT: Mount = {
  path: '/mounted',
  fetch: async request => Response.json({ path: new URL(request.url).pathname, body: await request.text() }),
}

async function serverWith(access: AccessOptions) {
  const { fetch } = await smallServer({
    access,
    mounts: [MOUNT, { ...MOUNT, path: '/private', isPrivate: true }],
    reload: async () => {},
  })
  return async (path: string, headers: Record<string, string> = {}, method = 'GET', host = ORIGIN) => {
    const body = method === 'POST' ? { body: '{"text":"a"}' } : {}
    const json: Record<string, string> = method === 'POST' ? { 'content-type': 'application/json' } : {}
    return fetch(new Request(`${host}${path}`, { method, ...body, headers: { ...json, ...headers } }))
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (token: string) => ({ authorization: `Basic ${btoa(`user:${token}`)}` })

test('a token is needed for what writes, or for everything but health', async () => {
  const open = await serverWith({ token: TOKEN })
  const closed = await serverWith({ token: TOKEN, tokenFor: 'everything' })
  const none = await serverWith({})
  const cases: readonly (readonly [
    path: string,
    method: string,
    open: number,
    closed: number,
    none: number,
  ])[] = [
    ['/healthz', 'GET', 200, 200, 200],
    ['/readyz', 'GET', 200, 200, 200],
    ['/health', 'GET', 200, 200, 200],
    ['/v1/models', 'GET', 200, 401, 200],
    ['/openapi.json', 'GET', 200, 401, 200],
    ['/v1/entities', 'POST', 200, 401, 200],
    ['/v1/models/tagger', 'POST', 401, 401, 403],
    ['/mounted/a', 'GET', 200, 401, 200],
    ['/mounted/a', 'POST', 401, 401, 403],
    ['/mounted/a', 'DELETE', 401, 401, 403],
    ['/private/a', 'GET', 401, 401, 403],
    ['/private/a', 'POST', 401, 401, 403],
    ['/nothing', 'GET', 404, 404, 404],
  ]
  for (const [path, method, ...expected] of cases) {
    const statuses: number[] = []
    for (const ask of [open, closed, none]) statuses.push((await ask(path, {}, method)).status)
    assert.deepEqual(statuses, expected, `${method} ${path}`)
    for (const headers of [bearer(TOKEN), basic(TOKEN)])
      for (const ask of [open, closed]) {
        const { status } = await ask(path, headers, method)
        assert.notEqual(status, 401, `${method} ${path}`)
      }
    for (const headers of [bearer(`${TOKEN}x`), bearer(TOKEN.slice(1)), basic('x'), { authorization: TOKEN }])
      if (expected[1] === 401) assert.equal((await closed(path, headers, method)).status, 401)
  }
  assert.equal(cases.length, 13)
})

test('only the names of the server are answered', async () => {
  const ask = await serverWith({ hosts: ['ner.example.com'] })
  const allowed = [
    'http://127.0.0.1:8080',
    'http://localhost:9',
    'http://[::1]:8080',
    'http://192.168.1.7',
    'http://ner.example.com',
    'http://NER.example.com:443',
  ]
  const refused = [
    'http://evil.example',
    'http://ner.example.com.evil.example',
    'http://127.0.0.1.evil.example',
  ]
  for (const host of allowed) assert.equal((await ask('/healthz', {}, 'GET', host)).status, 200, host)
  for (const host of refused) assert.equal((await ask('/healthz', {}, 'GET', host)).status, 421, host)
  assert.equal((await ask('/healthz', { host: 'evil.example' })).status, 421)
  const any = await serverWith({ hosts: 'any' })
  assert.equal((await any('/healthz', {}, 'GET', 'http://evil.example')).status, 200)
})

test('pages of other sites are refused, unless their origin is allowed', async () => {
  const ask = await serverWith({ origins: ['https://app.example.com'] })
  const refused: readonly Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:9999' },
    { origin: 'https://app.example.com.evil.example' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
  ]
  for (const headers of refused)
    for (const method of ['GET', 'POST']) {
      const response = await ask('/v1/entities', headers, method)
      assert.equal(response.status, 403, JSON.stringify(headers))
      assert.equal(((await response.json()) as { code: string }).code, 'request/origin')
      assert.equal(response.headers.get('access-control-allow-origin'), null)
    }
  const allowed = await ask('/v1/entities', { origin: 'https://app.example.com' }, 'POST')
  assert.equal(allowed.status, 200)
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example.com')
  const asked = { 'access-control-request-method': 'POST' }
  const preflight = await ask('/v1/entities', { origin: 'https://app.example.com', ...asked }, 'OPTIONS')
  assert.equal(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/)
  assert.equal(
    (await ask('/v1/entities', { origin: 'http://evil.example', ...asked }, 'OPTIONS')).status,
    403,
  )
  assert.equal((await ask('/v1/entities', { origin: ORIGIN }, 'POST')).status, 200)
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  assert.equal((await ask('/healthz', link)).status, 200)
})

test('every answer says what its page may do, refusals too', async () => {
  const ask = await serverWith({ token: TOKEN })
  const answers = [
    await ask('/v1/models'),
    await ask('/nothing'),
    await ask('/v1/models/tagger', {}, 'POST'),
    await ask('/healthz', {}, 'GET', 'http://evil.example'),
  ]
  for (const { headers, status } of answers) {
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'.*script-src 'self'/, String(status))
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', String(status))
    assert.equal(headers.get('x-frame-options'), 'DENY', String(status))
  }
  assert.equal(answers.length, 4)
})

test('a mounted application gets paths below its own, and bodies up to its limit', async () => {
  const { fetch } = await smallServer({
    access: { token: TOKEN },
    mounts: [{ ...MOUNT, bodyBytes: 10 }],
  })
  const send = (path: string, body: string) =>
    fetch(new Request(`${ORIGIN}${path}`, { method: 'POST', body, headers: bearer(TOKEN) }))
  assert.deepEqual(await (await send('/mounted/a/b?c=d', '0123456789')).json(), {
    path: '/a/b',
    body: '0123456789',
  })
  assert.equal((await send('/mounted/a', '0123456789x')).status, 413)
  assert.deepEqual(await (await send('/mounted', '0')).json(), { path: '/', body: '0' })
  assert.equal((await send('/mountedx/a', '0')).status, 404)
})
