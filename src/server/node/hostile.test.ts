import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { smallServer, TOKEN } from '../testing/small-server.js'
import { type Listening, listen } from './listen.js'

let server: Listening
const errors: unknown[] = []

before(async () => {
  const { fetch, drain } = await smallServer({
    access: { token: TOKEN },
    reload: async () => {},
    limits: { time: 500, bodyBytes: 1_000_000 },
    files: new Map([['/index.html', { type: 'text/html', bytes: new Uint8Array([65]), etag: '"a"' }]]),
    onError: error => errors.push(error),
  })
  server = await listen({ fetch, drain }, { port: 0, headerTime: 500 })
})
after(() => server.close(0))

/** What comes back for some bytes on a connection of its own, until the server ends it or has answered. */
function raw(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.host)
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', data => {
      answer += data
    })
    socket.on('close', () => resolve(answer))
    // The server may end the connection while more is being sent: what it said before counts.
    socket.on('error', error => (answer === '' ? reject(error) : resolve(answer)))
    for (const part of parts) socket.write(part)
  })
}

const HOST = 'Host: 127.0.0.1\r\nConnection: close\r\n'
const JSON_TYPE = 'Content-Type: application/json\r\n'

function post(path: string, body: string | Uint8Array, headers = JSON_TYPE): Promise<string> {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  return raw(`POST ${path} HTTP/1.1\r\n${HOST}${headers}Content-Length: ${length}\r\n\r\n`, body)
}

const entities = (body: string | Uint8Array, headers?: string) => post('/v1/entities', body, headers)
const get = (path: string, headers = HOST) => raw(`GET ${path} HTTP/1.1\r\n${headers}\r\n`)

const MEGABYTE = new Uint8Array(1_000_000).fill(97)
const DEEP = '['.repeat(10_000) + ']'.repeat(10_000)

/** Requests that are refused: what they are, what is sent, and the status and code of the one answer. */
const CASES: readonly (readonly [what: string, send: () => Promise<string>, status: number, code: string])[] =
  [
    [
      'cross-origin POST',
      () => entities('{"text":"a"}', `${JSON_TYPE}Origin: http://evil.example\r\n`),
      403,
      'request/origin',
    ],
    [
      'cross-origin form',
      () => entities('text=a', 'Origin: http://evil.example\r\nContent-Type: text/plain\r\n'),
      403,
      'request/origin',
    ],
    ['origin null', () => entities('{"text":"a"}', `${JSON_TYPE}Origin: null\r\n`), 403, 'request/origin'],
    [
      'wrong Host',
      () => get('/v1/models', 'Host: evil.example\r\nConnection: close\r\n'),
      421,
      'request/host',
    ],
    [
      'Host with a path',
      () => get('/v1/models', 'Host: 127.0.0.1/x\r\nConnection: close\r\n'),
      400,
      'request/target',
    ],
    ['absolute address of another host', () => get('http://evil.example/v1/models'), 421, 'request/host'],
    ['.. in a path', () => get('/../../etc/passwd'), 404, 'request/path'],
    ['encoded .. in a path', () => get('/%2e%2e/%2e%2e/etc/passwd'), 404, 'request/path'],
    ['encoded slashes', () => get('/..%2f..%2fetc%2fpasswd'), 404, 'request/path'],
    ['backslashes', () => get('/..\\..\\etc\\passwd'), 400, 'request/target'],
    ['.. in the name of a model', () => get('/v1/models/..%2f..%2fetc'), 404, 'model/unknown'],
    ['NUL in a path', () => get('/v1/models/a%00b'), 404, 'model/unknown'],
    ['broken percent sign', () => get('/v1/models/%E0%A4%A'), 404, 'model/unknown'],
    ['raw NUL in the address', () => get('/v1/mod\0els'), 400, 'request/http'],
    [
      '100 MB body',
      () => raw(`POST /v1/entities HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 100000000\r\n\r\n{`),
      413,
      'limit/body',
    ],
    [
      'all of a 100 MB body',
      () =>
        raw(
          `POST /v1/entities HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 100000000\r\n\r\n`,
          ...Array.from({ length: 100 }, () => MEGABYTE),
        ),
      413,
      'limit/body',
    ],
    [
      'chunked body that does not end',
      () =>
        raw(
          `POST /v1/entities HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`,
          `f4240\r\n${'a'.repeat(1_000_000)}\r\n`,
          `10\r\n${'a'.repeat(16)}\r\n`,
        ),
      413,
      'limit/body',
    ],
    ['slow headers', () => raw('GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n'), 408, 'limit/time'],
    [
      'slow body',
      () => raw(`POST /v1/entities HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 10\r\n\r\n{"te`),
      408,
      'limit/time',
    ],
    ['invalid UTF-8', () => entities(new Uint8Array([0x7b, 0x22, 0xff, 0xfe])), 400, 'request/utf-8'],
    [
      'UTF-8 of a surrogate',
      () => entities(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])),
      400,
      'request/utf-8',
    ],
    ['JSON 10,000 deep', () => entities(DEEP), 400, 'request/json'],
    ['objects 10,000 deep', () => entities('{"a":'.repeat(10_000)), 400, 'request/json'],
    ['NUL in JSON', () => entities('{"text":"a\0b"}'), 400, 'request/json'],
    ['no JSON', () => entities('{"text":'), 400, 'request/json'],
    ['empty body', () => entities(''), 400, 'request/json'],
    ['__proto__', () => entities('{"text":"a","__proto__":{"isAdmin":true}}'), 400, 'request/json'],
    ['constructor', () => entities('{"text":"a","constructor":{"prototype":{"x":1}}}'), 422, 'request/form'],
    ['a key twice', () => entities('{"text":"a","text":"b"}'), 400, 'request/json'],
    [
      'prototype keys of anonymizers',
      () =>
        post('/anonymize', '{"text":"a","analyzer_results":[],"anonymizers":{"__proto__":{"type":"keep"}}}'),
      400,
      'request/json',
    ],
    [
      'an operator of all objects',
      () =>
        post(
          '/anonymize',
          '{"text":"a","analyzer_results":[{"start":0,"end":1,"score":1,"entity_type":"A"}],"anonymizers":{"A":{"type":"constructor"}}}',
        ),
      422,
      'presidio/operator',
    ],
    ['a model of all objects', () => entities('{"text":"a","model":"__proto__"}'), 404, 'model/unknown'],
    [
      'prototype keys of the query',
      () => post('/v1/entities?__proto__=a', '{}', 'Content-Type: application/x-ndjson\r\n'),
      422,
      'request/form',
    ],
    [
      'huge headers',
      () => get('/v1/models', `${HOST}X-Large: ${'a'.repeat(100_000)}\r\n`),
      431,
      'limit/headers',
    ],
    [
      'many headers',
      () => get('/v1/models', HOST + Array.from({ length: 3000 }, (_, i) => `X-${i}: a\r\n`).join('')),
      431,
      'limit/headers',
    ],
    [
      'compressed body',
      () => entities('aaaa', `${JSON_TYPE}Content-Encoding: gzip\r\n`),
      415,
      'request/encoding',
    ],
    [
      'another media type',
      () => entities('text=a', 'Content-Type: application/x-www-form-urlencoded\r\n'),
      415,
      'request/media-type',
    ],
    [
      'two lengths',
      () => raw(`POST /v1/entities HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\naa`),
      400,
      'request/http',
    ],
    [
      'length and chunks (smuggling)',
      () =>
        raw(
          `POST /v1/entities HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        ),
      400,
      'request/http',
    ],
    ['no HTTP', () => raw('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'), 400, 'request/http'],
    ['no Host', () => raw('GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n'), 400, 'request/target'],
    ['writing without the token', () => post('/v1/models/tagger', '{}'), 401, 'request/token'],
    ['another method', () => raw(`DELETE /v1/models HTTP/1.1\r\n${HOST}\r\n`), 405, 'request/method'],
    [
      'script in a type',
      () => entities('{"text":"a","types":["<script>alert(1)</script>"]}'),
      422,
      'model/types',
    ],
    ['script in a path', () => get('/%3Cscript%3Ealert(1)%3C/script%3E'), 404, 'request/path'],
    [
      'label config that does not end',
      () => post('/predict', JSON.stringify({ tasks: [], label_config: '<a"'.repeat(30_000) })),
      422,
      'label-studio/config',
    ],
    [
      'a pattern that backtracks',
      () =>
        post(
          '/analyze',
          JSON.stringify({
            text: 'a'.repeat(40),
            language: 'en',
            ad_hoc_recognizers: [{ supported_entity: 'A', patterns: [{ regex: '(', score: 1 }] }],
          }),
        ),
      422,
      'presidio/ad-hoc',
    ],
  ]

test('a hostile request gets one clean refusal', async () => {
  for (const [what, send, status, code] of CASES) {
    const answer = await send()
    const heads = answer.match(/HTTP\/1\.1 \d{3}/g) ?? []
    assert.deepEqual(heads, [`HTTP/1.1 ${status}`], `${what}: ${answer.slice(0, 300)}`)
    const [head, ...rest] = answer.split('\r\n\r\n')
    assert.match(head, /content-type: application\/problem\+json/i, what)
    const problem = JSON.parse(rest.join('\r\n\r\n')) as { code: string; status: number; detail: string }
    assert.deepEqual([problem.code, problem.status], [code, status], `${what}: ${problem.detail}`)
    assert.doesNotMatch(answer, /\bat .*\.js:\d+|node_modules|\/src\//, `${what}: no stack`)
  }
  assert.equal(CASES.length, 47)
  assert.deepEqual(errors, [], 'none of them is a fault of the server')
})

test('what looks hostile but is only text is answered', async () => {
  const texts = [
    '\u0000',
    '\ud800',
    '<script>alert(1)</script>',
    '{{7*7}} %s %n',
    "'; DROP TABLE x; --",
    '\u202eabc',
  ]
  for (const text of texts) {
    const answer = await entities(JSON.stringify({ text, tokens: true, offsets: 'codepoint' }))
    assert.match(answer, /^HTTP\/1\.1 200/, JSON.stringify(text))
    assert.match(answer, /content-type: application\/json/i)
  }
  assert.equal(texts.length, 6)
})

test('slow and silent clients do not keep others from being answered', async () => {
  const slow = Array.from({ length: 200 }, () => raw('GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n'))
  for (let i = 0; i < 5; i++) assert.match(await entities('{"text":"Ada wrote."}'), /^HTTP\/1\.1 200/)
  const answers = await Promise.all(slow)
  assert.equal(answers.filter(answer => answer.startsWith('HTTP/1.1 408')).length, 200)
})
