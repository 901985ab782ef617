import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FinderRecognizer } from '../../recognize/finder-recognizer.js'
import { createServer } from '../create-server.js'
import { ORIGIN } from '../testing/small-server.js'
import { Backlog } from './backlog.js'
import { Bodies } from './bodies.js'

/** A recognizer whose answers wait until they are let go, or until their caller gives up. */
class Gate extends FinderRecognizer {
  private waiting: (() => void)[] = []

  constructor() {
    super({ types: ['A'], find: () => [] })
  }

  protected override async findBatch(texts: readonly string[], signal?: AbortSignal) {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
      this.waiting.push(resolve)
    })
    return super.findBatch(texts)
  }

  get count(): number {
    return this.waiting.length
  }

  open(): void {
    for (const go of this.waiting.splice(0)) go()
  }
}

function request(body: object, headers: Record<string, string> = {}): Request {
  return new Request(`${ORIGIN}/v1/entities`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

const CONFIG =
  '<View><Labels name="l" toName="t"><Label value="A"/></Labels><Text name="t" value="$text"/></View>'

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve))
}

async function refusal(response: Response) {
  return [
    response.status,
    ((await response.json()) as { code: string }).code,
    response.headers.has('retry-after'),
  ]
}

test('requests beyond those of the server and of a client are refused, and others are answered', async () => {
  const gate = new Gate()
  const { fetch } = createServer({ models: { gate }, limits: { requests: 3, requestsPerClient: 2 } })
  const ask = (address: string) => fetch(request({ text: 'a' }), { address })
  const open = [ask('1.1.1.1'), ask('1.1.1.1'), ask('2.2.2.2')]
  await until(() => gate.count === 3)
  assert.deepEqual(await refusal(await ask('1.1.1.1')), [429, 'limit/client', true])
  assert.deepEqual(await refusal(await ask('2.2.2.2')), [503, 'limit/requests', true])
  gate.open()
  assert.deepEqual(
    (await Promise.all(open)).map(({ status }) => status),
    [200, 200, 200],
  )
  const again = ask('1.1.1.1')
  await until(() => gate.count === 1)
  gate.open()
  assert.equal((await again).status, 200)
})

test('texts beyond those that may wait are refused, all of a request or none', async () => {
  const gate = new Gate()
  const { fetch } = createServer({ models: { gate }, limits: { queuedTexts: 3, queuedCharacters: 100 } })
  const one = fetch(request({ texts: ['a', 'b'] }))
  await until(() => gate.count === 1)
  assert.deepEqual(await refusal(await fetch(request({ texts: ['c', 'd'] }))), [503, 'limit/queue', true])
  assert.deepEqual(await refusal(await fetch(request({ text: 'e'.repeat(99) }))), [503, 'limit/queue', true])
  const two = fetch(request({ text: 'f' }))
  await until(() => gate.count === 2)
  gate.open()
  assert.deepEqual([(await one).status, (await two).status], [200, 200])
  const large = fetch(request({ texts: ['a', 'b', 'c', 'd'] }))
  await until(() => gate.count === 1)
  gate.open()
  assert.equal((await large).status, 200, 'nothing else waits')
})

test('a request that takes too long is ended, and so is one whose client goes', async () => {
  const gate = new Gate()
  const { fetch } = createServer({ models: { gate }, limits: { time: 30 } })
  assert.deepEqual(await refusal(await fetch(request({ text: 'a' }))), [503, 'limit/time', true])
  const controller = new AbortController()
  const going = fetch(new Request(request({ text: 'a' }), { signal: controller.signal }))
  await until(() => gate.count === 2)
  controller.abort()
  assert.equal(((await (await going).json()) as { code: string }).code, 'request/gone')
  const slow = new ReadableStream({ start: out => out.enqueue(new TextEncoder().encode('{"te')) })
  for (const type of ['application/json', 'application/x-ndjson']) {
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body: type === 'application/json' ? slow : new ReadableStream(),
      duplex: 'half',
      headers: { 'content-type': type },
    }
    const response = await fetch(new Request(`${ORIGIN}/v1/entities`, init))
    if (type === 'application/json') assert.equal(response.status, 408)
    else await assert.rejects(response.text(), { code: 'limit/time' })
  }
})

test('the next text of a stream waits for room, and goes before later requests', async () => {
  const backlog = new Backlog({ queuedTexts: 2, queuedCharacters: 100, time: 1000 })
  const [a, b] = [backlog.admit(1, 10), backlog.admit(1, 10)]
  const controller = new AbortController()
  const order: string[] = []
  const waiting = backlog.wait(10, controller.signal).then(end => {
    order.push('stream')
    return end
  })
  const given = new AbortController()
  const gone = backlog.wait(10, given.signal)
  given.abort(new Error('gone'))
  await assert.rejects(gone, /gone/)
  assert.throws(() => backlog.admit(1, 1), { status: 503 })
  a(true)
  a(true)
  const end = await waiting
  assert.deepEqual(order, ['stream'])
  assert.deepEqual(backlog.load, { texts: 2, characters: 20 })
  assert.throws(() => backlog.admit(1, 1), { status: 503 })
  end(true)
  b(true)
  assert.deepEqual(backlog.load, { texts: 0, characters: 0 })
})

test('what could not be tagged in time is refused, at the rate of the last seconds of work', () => {
  let now = 0
  const backlog = new Backlog({ queuedTexts: 1000, queuedCharacters: 1e6, time: 10_000 }, () => now)
  const refusal = () => {
    try {
      backlog.check()
    } catch (error) {
      return (error as { more: { headers: Record<string, string> } }).more.headers['retry-after']
    }
  }
  for (let i = 0; i < 100; i++) {
    const done = backlog.admit(1, 100)
    now += 1000
    done(true)
  }
  // One text a second: 7.5 seconds of the 10 may be spent waiting. Nobody counts the time in which nothing waits.
  now += 3_600_000
  const waiting = Array.from({ length: 9 }, () => backlog.admit(1, 100))
  assert.equal(refusal(), '9')
  for (const done of waiting.slice(0, 2)) done(false)
  assert.equal(refusal(), undefined, 'what was given up leaves room')
  // It takes four times as long from now on.
  for (const done of waiting.slice(2)) {
    now += 4000
    done(true)
  }
  const slow = [backlog.admit(1, 100)]
  assert.equal(refusal(), undefined)
  for (let i = 0; i < 2 && refusal() === undefined; i++) slow.push(backlog.admit(1, 100))
  assert.match(refusal() ?? '', /^(8|9|1\d)$/)
  for (const done of slow) done(false)
  assert.equal(refusal(), undefined, 'nothing waits')
})

test('a request that fails gives its room back', async () => {
  const server = createServer({ models: {}, limits: { queuedTexts: 1 } })
  const bodies = {
    '/v1/entities': { text: 'a' },
    '/models/en': { inputs: 'a' },
    '/analyze': { text: 'a', language: 'en' },
    '/predict': { tasks: [{ id: 1, data: { text: 'a' } }], label_config: CONFIG },
  }
  for (let round = 0; round < 2; round++)
    for (const [path, body] of Object.entries(bodies)) {
      const { method, headers } = request({})
      const sent = new Request(`${ORIGIN}${path}`, { method, headers, body: JSON.stringify(body) })
      assert.equal((await server.fetch(sent)).status, 404, path)
    }
})

/** A body that counts how often it is asked for a part, and never ends after what it is given. */
function openBody(bytes: number, type = 'application/json', headers: Record<string, string> = {}) {
  let pulls = 0
  const body = new ReadableStream(
    {
      pull(out) {
        pulls++
        if (pulls === 1) out.enqueue(new Uint8Array(bytes).fill(32))
        else return new Promise(() => {})
      },
    },
    { highWaterMark: 0 },
  )
  const init = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': type, ...headers },
  } as const
  return { pulls: () => pulls, request: (path: string) => new Request(`${ORIGIN}${path}`, init) }
}

test('the body of a request is not read while the queue is full', async () => {
  const gate = new Gate()
  const { fetch } = createServer({ models: { gate }, limits: { queuedTexts: 1 } })
  const waiting = fetch(request({ text: 'a' }))
  await until(() => gate.count === 1)
  const paths = ['/v1/entities', '/models/gate', '/analyze', '/predict']
  for (const path of paths) {
    const { pulls, request } = openBody(10)
    assert.deepEqual(await refusal(await fetch(request(path))), [503, 'limit/queue', true], path)
    assert.equal(pulls(), 0, path)
  }
  gate.open()
  assert.equal((await waiting).status, 200)
})

test('bodies that are read at once have a bound together, lines of streams too', async () => {
  const gate = new Gate()
  const { fetch } = createServer({ models: { gate }, limits: { bodiesBytes: 1_000, time: 400 } })
  const slow = openBody(900)
  const first = fetch(slow.request('/v1/entities'))
  await until(() => slow.pulls() === 2)
  const more = openBody(200)
  assert.deepEqual(await refusal(await fetch(more.request('/v1/entities'))), [503, 'limit/bodies', true])
  const declared = openBody(200, 'application/json', { 'content-length': '200' })
  assert.deepEqual(await refusal(await fetch(declared.request('/v1/entities'))), [503, 'limit/bodies', true])
  assert.equal(declared.pulls(), 0)
  const line = openBody(200, 'application/x-ndjson')
  await assert.rejects((await fetch(line.request('/v1/entities'))).text(), { code: 'limit/bodies' })
  assert.equal((await first).status, 408)
  const again = fetch(request({ text: 'e'.repeat(2_000) }))
  await until(() => gate.count === 1)
  gate.open()
  assert.equal((await again).status, 200, 'nothing else is read')
})

test('what a body took of the bound is given back once', () => {
  const bodies = new Bodies(100)
  const [a, b] = [bodies.begin(), bodies.begin()]
  a.take(60)
  a.take(60)
  assert.throws(() => b.take(1), { status: 503 })
  a.end()
  a.end()
  b.take(100)
  assert.equal(bodies.held, 100)
  assert.throws(() => a.check(1), { status: 503 })
  b.end()
  assert.equal(bodies.held, 0)
})
