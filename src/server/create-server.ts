import type { Hono, MiddlewareHandler } from 'hono'
import { clientAddress } from './client-address.js'
import { createApp } from './create-app.js'
import { addEndpoints } from './endpoint.js'
import { healthEndpoints } from './health-endpoints.js'
import { tokenClassificationEndpoint } from './huggingface/token-classification.js'
import { labelStudioEndpoints } from './label-studio/label-studio-endpoints.js'
import { Backlog } from './limits/backlog.js'
import { Bodies } from './limits/bodies.js'
import { Requests } from './limits/requests.js'
import type { Metrics } from './metrics.js'
import { Models } from './models/models.js'
import { addMount } from './mount.js'
import { nativeEndpoints } from './native/native-endpoints.js'
import { openApi } from './open-api.js'
import { presidioEndpoints } from './presidio/presidio-endpoints.js'
import { problemResponse, toProblem } from './problem.js'
import { checkHost } from './security/check-host.js'
import { checkOrigin, corsHeaders, preflight } from './security/check-origin.js'
import { securityHeaders } from './security/security-headers.js'
import { serveFiles } from './serve-files.js'
import { type AccessOptions, DEFAULT_LIMITS, type ServerOptions } from './server-options.js'
import { whenAnswered } from './when-answered.js'

export interface Server {
  /**
   * Answers a request; never rejects. It needs no `this`, so it can be passed on as it is.
   * @param info who sent it, as Hono's adapter for Node.js, Bun and Deno pass it
   */
  readonly fetch: (request: Request, info?: unknown) => Promise<Response>
  /** From now on `/readyz` says no, so that a balancer sends nobody here. Requests are still answered. */
  readonly drain: () => void
}

/**
 * A server as a plain function from a request to a response: it listens nowhere, and mounts wherever `fetch` types exist.
 *
 * @example
 * const server = createServer({ models: { en: await loadTagger('en', { workers: 2 }) } })
 * Bun.serve({ fetch: server.fetch })
 */
export function createServer(options: ServerOptions): Server {
  const { access = {}, mounts = [], files, metrics, reload, onError = () => {} } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const models = options.models instanceof Models ? options.models : modelsOf(options.models)
  const requests = new Requests(limits)
  const backlog = new Backlog(limits)
  metrics?.watch(() => ({ requests: requests.count, ...backlog.load }))
  let isDraining = false
  const app = createApp(onError)
  app.use(securityHeaders())
  app.use(guard(access, requests))
  const routes = new WeakMap<Request, string>()
  const onRoute = (request: Request, path: string) => void routes.set(request, path)
  const onTagged = (...done: Parameters<Metrics['tagged']>) => metrics?.tagged(...done)
  const body = { bytes: limits.bodyBytes, time: limits.time, all: new Bodies(limits.bodiesBytes) }
  const parts = { models, backlog, limits, body, onTagged, ...(reload && { reload }) }
  const endpoints = [
    ...nativeEndpoints(parts),
    tokenClassificationEndpoint(parts),
    ...presidioEndpoints(parts),
    ...labelStudioEndpoints(parts, options.labelStudio),
    ...healthEndpoints(() => !isDraining && models.size > 0, metrics),
  ]
  const document = openApi(endpoints, access.tokenFor ?? 'writes')
  addEndpoints(app, [...endpoints, documentEndpoint(document)], access, limits, onRoute)
  for (const mount of mounts) addMount(app, mount, { access, body, onRoute })
  if (files) serveFiles(app, files)
  const routeOf = (request: Request) => routes.get(request) ?? 'none'
  return {
    fetch: answering(app, metrics, routeOf),
    drain: () => {
      isDraining = true
    },
  }
}

function modelsOf(given: Exclude<ServerOptions['models'], Models>): Models {
  const models = new Models()
  for (const [name, recognizer] of Object.entries(given)) models.put(name, recognizer)
  return models
}

function documentEndpoint(document: object) {
  return {
    method: 'GET',
    path: '/openapi.json',
    access: 'read',
    id: 'getDocument',
    summary: 'This description',
    answer: { description: 'An OpenAPI document.', forms: [{ type: 'application/json' }] },
    handle: () => Response.json(document),
  } as const
}

/** What the application is passed beside a request. */
interface ServerEnv {
  /** The address of who sent it; empty where it is not known. */
  readonly client: string
  /** The answer as Node.js sends it; only there. */
  readonly outgoing?: unknown
}

/** The checks that come before everything else. */
function guard({ hosts = [], origins = [] }: AccessOptions, requests: Requests): MiddlewareHandler {
  return async (c, next) => {
    const request = c.req.raw
    if (hosts !== 'any') checkHost(request, hosts)
    checkOrigin(request, origins)
    const cors = corsHeaders(request, origins)
    if (request.method === 'OPTIONS' && request.headers.has('access-control-request-method'))
      return preflight(cors)
    const end = requests.begin((c.env as ServerEnv).client)
    try {
      await next()
      const answer = whenAnswered(c.res, end, (c.env as ServerEnv).outgoing)
      // To set what is already there would copy its body.
      if (answer !== c.res) c.res = answer
    } catch (error) {
      end()
      throw error
    }
    for (const [name, value] of Object.entries(cors)) c.res.headers.append(name, value)
  }
}

function answering(
  app: Hono,
  metrics: Metrics | undefined,
  routeOf: (request: Request) => string,
): Server['fetch'] {
  const answer = async (request: Request, info: unknown): Promise<Response> => {
    try {
      const { outgoing } = (info ?? {}) as { readonly outgoing?: unknown }
      return await app.fetch(request, { client: clientAddress(request, info), outgoing })
    } catch (error) {
      return problemResponse(toProblem(error))
    }
  }
  if (!metrics) return answer
  return async (request, info) => {
    const began = performance.now()
    const response = await answer(request, info)
    const { method } = request
    const seconds = (performance.now() - began) / 1000
    metrics.request({ method, route: routeOf(request), status: response.status, seconds })
    return response
  }
}
