import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { smallServer } from '../testing/small-server.js'
import { listen } from './listen.js'

/** More than the buffers of two sockets hold. */
const BYTES = 32 * 1024 * 1024
const big = { path: '/big', fetch: () => new Response(new Uint8Array(BYTES)) }

/** Asks for an answer, and takes nothing of it but its beginning. */
async function slowReader(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET /big/file HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await once(socket, 'readable')
  return socket
}

test('an answer that nobody takes counts as a request under way', async () => {
  const server = await smallServer({ mounts: [big], limits: { requestsPerClient: 2 } })
  const { port, url, close } = await listen(server, { port: 0 })
  const status = async () => (await fetch(`${url}/healthz`)).status
  assert.equal(await status(), 200)
  const readers = await Promise.all([slowReader(port), slowReader(port)])
  assert.equal(await status(), 429)
  for (const reader of readers) reader.destroy()
  // Once the server has seen that they are gone.
  while ((await status()) !== 200) await new Promise(resolve => setImmediate(resolve))
  await close(0)
})

test('a connection on which nothing is taken is cut off', async () => {
  const { port, close } = await listen(await smallServer({ mounts: [big] }), { port: 0, idleTime: 200 })
  const reader = await slowReader(port)
  let taken = 0
  reader.on('close', () => assert.ok(taken < BYTES, 'an answer that is not whole'))
  // It goes on taking only once the server has given up.
  await new Promise(resolve => setTimeout(resolve, 1000))
  reader.on('data', ({ length }: Buffer) => {
    taken += length
  })
  await once(reader, 'close')
  assert.ok(taken < BYTES)
  await close(0)
})
