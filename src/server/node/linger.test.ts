import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { smallServer } from '../testing/small-server.js'
import { listen } from './listen.js'

const PART = 'a'.repeat(20_000)

/** Sends a body part by part for longer than the server's adapter waits for it, and reads only then. */
async function sendAll(port: number, head: string, parts: readonly string[]) {
  const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const errors: string[] = []
  socket.on('error', error => errors.push((error as NodeJS.ErrnoException).code ?? error.message))
  socket.pause()
  socket.write(head)
  for (const part of parts) {
    await sleep(60)
    if (!socket.destroyed) socket.write(part)
  }
  let answer = ''
  socket.setEncoding('latin1').on('data', data => {
    answer += data
  })
  socket.resume()
  socket.end()
  await new Promise<void>(resolve => (socket.closed ? resolve() : socket.once('close', () => resolve())))
  return { answer, errors }
}

test('a client that reads the answer only when it has sent its body gets the refusal', async t => {
  const limits = { bodyBytes: 100_000, queuedTexts: 1, time: 400 }
  const { port, close } = await listen(await smallServer({ limits }), { port: 0 })
  t.after(() => close(0))
  const parts = Array.from({ length: 20 }, () => PART)
  const chunks = [...parts.map(part => `4e20\r\n${part}\r\n`), '0\r\n\r\n']
  const declared = `Content-Length: ${20 * PART.length}\r\n`
  const chunked = 'Transfer-Encoding: chunked\r\n'
  const json = 'Content-Type: application/json\r\n'
  let count = 0
  for (const connection of ['Connection: close\r\n', ''])
    for (const [path, headers, status, body] of [
      ['/v1/entities', json + declared, 413, parts],
      // Read part by part, until it is too large.
      ['/v1/entities', json + chunked, 413, chunks],
      [
        '/v1/entities',
        `${json}Content-Length: 80000\r\n`,
        408,
        parts
          .slice(0, 4)
          .map(part => [part, ''])
          .flat(2),
      ],
      ['/v1/models/tagger', json + declared, 405, parts],
      ['/v1/entities', `Content-Type: text/plain\r\n${declared}`, 415, parts],
      ['/nothing', declared, 404, parts],
    ] as const) {
      const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${connection}${headers}\r\n`
      const { answer, errors } = await sendAll(port, head, body)
      const what = `${status} ${connection}`
      assert.deepEqual(errors, [], what)
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), what)
      assert.match(answer, /"code":"[\w/-]+"[^}]*}\n$/, `${what}: all of it`)
      count++
    }
  assert.equal(count, 12)
})

test('a client that goes on sending for ever is cut off', async t => {
  const { port, close } = await listen(await smallServer({ limits: { bodyBytes: 1_000 } }), { port: 0 })
  t.after(() => close(0))
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.write('POST /v1/entities HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n')
  socket.write('Content-Length: 900000000\r\n\r\n')
  let answer = ''
  socket.on('data', data => {
    answer += data
  })
  const over = new Promise(resolve => socket.once('close', resolve))
  socket.on('error', () => {})
  const bytes = Buffer.alloc(1024 * 1024)
  let sent = 0
  while (!socket.destroyed && sent < 800) {
    sent++
    if (!socket.write(bytes))
      await Promise.race([over, new Promise(resolve => socket.once('drain', resolve))])
  }
  await over
  assert.ok(sent < 800, `${sent} MB`)
  assert.match(answer, /^HTTP\/1.1 413/)
})
