import { createServer as createHttpServer, type Server as HttpServer, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Server } from '../create-server.js'
import { PROBLEM_TYPE, Problem, problemDetails, problemResponse } from '../problem.js'
import { linger } from './linger.js'

export interface ListenOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: string
  /** Default: 8080; 0 takes any that is free. */
  readonly port?: number
  /** Connections at a time; default: 4,096. */
  readonly connections?: number
  /** Milliseconds until the headers of a request must be there; default: 10,000. */
  readonly headerTime?: number
  /**
   * Milliseconds after which a connection is cut off on which nothing is sent or taken; default: 300,000. Longer than any
   * request may take.
   */
  readonly idleTime?: number
  /**
   * Puts the adapter's own `Request` and `Response` in the place of the process's global ones. Answers then take a third less
   * time to send. For a process that only serves; default: `false`.
   */
  readonly ownsProcess?: boolean
}

/** A server that listens. */
export interface Listening {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:8080` */
  readonly url: string
  /**
   * Takes no further connection, lets the requests under way end, and resolves when all have.
   * @param grace milliseconds after which those that are left are cut off
   */
  close(grace?: number): Promise<void>
}

/** Bytes of all headers of a request. */
const HEADER_BYTES = 16 * 1024
const GRACE = 30_000
const IDLE = 300_000

/**
 * Listens with Node's own HTTP server.
 * @throws the system's error (`EADDRINUSE`, `EACCES` …)
 * @example
 * const { url, close } = await listen(createServer({ models }), { port: 8080 })
 */
export async function listen(server: Server, options: ListenOptions = {}): Promise<Listening> {
  const { host = '127.0.0.1', port = 8080, connections = 4096, headerTime = 10_000 } = options
  const { idleTime = IDLE, ownsProcess = false } = options
  const answer = getRequestListener((request, env) => server.fetch(request, env), {
    overrideGlobalObjects: ownsProcess,
    errorHandler: () =>
      problemResponse(new Problem(400, 'request/target', 'the address or Host is not valid')),
  })
  const http = createHttpServer(
    {
      maxHeaderSize: HEADER_BYTES,
      // The adapter refuses a request without one, as a problem.
      requireHostHeader: false,
      headersTimeout: headerTime,
      // A stream may go on for hours: the handler limits how long each part of a body takes.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1_000, headerTime),
      keepAliveTimeout: 5_000,
    },
    (incoming, outgoing) => {
      linger(incoming)
      return answer(incoming, outgoing)
    },
  )
  http.maxConnections = connections
  // A client that does not take its answer would keep it in memory for ever.
  http.timeout = idleTime
  http.on('clientError', refuse)
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, resolve)
  })
  const address = http.address() as AddressInfo
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    host: address.address,
    port: address.port,
    url: `http://${shown}:${address.port}`,
    close: grace => close(http, grace),
  }
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'limit/headers', `headers may have at most ${HEADER_BYTES} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'limit/time', 'the headers took too long'],
}

/** Answers what is no HTTP, or too much or too slow of it, before there is a request. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, code, detail] = CLIENT_ERRORS[error.code ?? ''] ?? [
    400,
    'request/http',
    'this is not HTTP/1.1',
  ]
  const body = `${JSON.stringify(problemDetails(new Problem(status, code, detail)))}\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

async function close(http: HttpServer, grace = GRACE): Promise<void> {
  const closed = new Promise<void>(resolve => http.close(() => resolve()))
  http.closeIdleConnections()
  const timer = setTimeout(() => http.closeAllConnections(), grace)
  // A connection that was busy is closed once it is idle.
  const sweep = setInterval(() => http.closeIdleConnections(), 50)
  await closed
  clearTimeout(timer)
  clearInterval(sweep)
}
