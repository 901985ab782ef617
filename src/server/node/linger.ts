import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

export interface LingerOptions {
  /** Milliseconds that a connection is read on at most. */
  readonly time: number
  /** Milliseconds without a byte after which it is not. */
  readonly idleTime: number
  /** Bytes that are read on at most. */
  readonly bytes: number
}

const LINGER: LingerOptions = { time: 30_000, idleTime: 5_000, bytes: 64 * 1024 * 1024 }

/**
 * Closes the connection of a request in two steps where its body is still coming: nothing more is sent, and what comes is read
 * and thrown away for a while. Many clients read the answer only when they have sent the body: to cut the connection off would
 * lose them the refusal. Call it before the request is answered.
 */
export function linger(request: IncomingMessage, options: LingerOptions = LINGER): void {
  const { socket } = request
  const destroySoon = Reflect.get(socket, 'destroySoon') as (this: Socket) => void
  let isReadOn = false
  const close = () => {
    if (request.complete || request.destroyed) destroySoon.call(socket)
    else if (!isReadOn) {
      isReadOn = true
      readOn(request, options)
    }
  }
  Reflect.set(socket, 'destroySoon', close)
  request.once('end', () => Reflect.set(socket, 'destroySoon', destroySoon))
}

/** Milliseconds between two looks at what has come. */
const INTERVAL = 100

function readOn(request: IncomingMessage, { time, idleTime, bytes: most }: LingerOptions): void {
  const { socket } = request
  const cut = () => socket.destroy()
  const began = performance.now()
  const before = socket.bytesRead
  let last = { bytes: before, at: began }
  // What nobody wants raises no events: the connection itself has counted it.
  const watch = setInterval(() => {
    const { bytesRead } = socket
    const now = performance.now()
    if (bytesRead > last.bytes) last = { bytes: bytesRead, at: now }
    if (bytesRead - before > most || now - last.at > idleTime || now - began > time) cut()
  }, INTERVAL)
  socket.once('close', () => clearInterval(watch))
  // Whoever read it before has stopped, but would still hold it back.
  request.removeAllListeners('data')
  request.once('end', cut)
  socket.end()
  request.resume()
}
