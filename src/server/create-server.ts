import type { Hono } from 'hono'
import { clientAddress } from './client-address.js'
import { createApp } from './create-app.js'
import { readBody } from './limits/read-body.js'
import { Requests } from './limits/requests.js'
import { Problem, problemResponse, toProblem } from './problem.js'
import { checkHost } from './security/check-host.js'
import { checkOrigin, corsHeaders, preflight } from './security/check-origin.js'
import { type Access, checkToken } from './security/check-token.js'
import { securityHeaders } from './security/security-headers.js'
import {
  type AccessOptions,
  DEFAULT_LIMITS,
  type Limits,
  type Mount,
  type ServerOptions,
} from './server-options.js'
import { serveFiles } from './static-files.js'

export interface Server {
  /**
   * Answers a request; never rejects. It needs no `this`, so it can be passed on as it is.
   * @param info who sent it, as Hono's adapter for Node.js, Bun and Deno pass it
   */
  readonly fetch: (request: Request, info?: unknown) => Promise<Response>
}

/**
 * A server as a plain function from a request to a response: it listens nowhere, and mounts wherever `fetch` types exist.
 *
 * @example
 * const server = createServer({ models })
 * Bun.serve({ fetch: server.fetch })
 */
export function createServer(options: ServerOptions = {}): Server {
  const { access = {}, mounts = [], files, onError = () => {} } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const requests = new Requests(limits)
  const app = createApp(onError)
  app.use(securityHeaders())
  for (const mount of mounts) addMount(app, mount, access, limits)
  if (files) serveFiles(app, files)
  return { fetch: guarded(app, access, requests) }
}

/** The checks that come before everything else. */
function guarded(
  app: Hono,
  { hosts = [], origins = [] }: AccessOptions,
  requests: Requests,
): Server['fetch'] {
  return async (request, info) => {
    let end = () => {}
    try {
      if (hosts !== 'any') checkHost(request, hosts)
      checkOrigin(request, origins)
      const cors = corsHeaders(request, origins)
      if (request.method === 'OPTIONS' && request.headers.has('access-control-request-method'))
        return preflight(cors)
      end = requests.begin(clientAddress(request, info))
      const response = await app.fetch(request)
      for (const [name, value] of Object.entries(cors)) response.headers.append(name, value)
      return response
    } catch (error) {
      return problemResponse(toProblem(error))
    } finally {
      end()
    }
  }
}

function addMount(app: Hono, { path, fetch, bodyBytes }: Mount, access: AccessOptions, limits: Limits): void {
  if (!/^(\/[\w-]+)+$/.test(path))
    throw new TypeError(`a mount is at a path such as /studio-api, not ${path}`)
  app.all(`${path}/*`, async c => {
    await checkToken(c.req.raw, accessOf(c.req.method), access)
    const url = new URL(c.req.url)
    url.pathname = url.pathname.slice(path.length)
    const { method, headers, signal } = c.req.raw
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const body = hasBody
      ? await readBody(c.req.raw, { bytes: bodyBytes ?? limits.bodyBytes, time: limits.time })
      : null
    return fetch(new Request(url, { method, headers, signal, body: body as Uint8Array<ArrayBuffer> | null }))
  })
  app.all(path, () => {
    throw new Problem(404, 'request/path', 'there is nothing at this path')
  })
}

function accessOf(method: string): Access {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write'
}
