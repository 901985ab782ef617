import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FinderRecognizer } from '../../recognize/finder-recognizer.js'
import { createServer } from '../create-server.js'
import { ORIGIN } from '../testing/small-server.js'
import { Backlog } from './backlog.js'

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
  const backlog = new Backlog({ queuedTexts: 2, queuedCharacters: 100 })
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
  a()
  a()
  const end = await waiting
  assert.deepEqual(order, ['stream'])
  assert.deepEqual(backlog.load, { texts: 2, characters: 20 })
  assert.throws(() => backlog.admit(1, 1), { status: 503 })
  end()
  b()
  assert.deepEqual(backlog.load, { texts: 0, characters: 0 })
})
