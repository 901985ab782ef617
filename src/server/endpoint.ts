import type { Context, Hono } from 'hono'
import type * as v from 'valibot'
import { deadline } from './limits/deadline.js'
import { Problem } from './problem.js'
import { type Access, checkToken } from './security/check-token.js'
import type { AccessOptions, Limits } from './server-options.js'

/** A body in the description of an endpoint. */
export interface BodyForm {
  readonly type: string
  readonly schema?: v.GenericSchema
}

/** One thing that the server answers, as it is routed and as `/openapi.json` describes it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** With parameters: `/v1/models/:name`. */
  readonly path: string
  readonly access: Access
  readonly id: string
  readonly summary: string
  readonly description?: string
  /** The fields of an object, each a text. */
  readonly query?: v.GenericSchema
  readonly body?: readonly BodyForm[]
  readonly answer: { readonly description: string; readonly forms: readonly BodyForm[] }
  /** Codes of refusals that are its own. */
  readonly refusals?: readonly number[]
  /** Whether it ends the work by itself, since a stream may go on for hours. */
  readonly isStream?: boolean
  readonly handle: (call: Call) => Response | Promise<Response>
}

/** A request at its endpoint. */
export interface Call {
  readonly request: Request
  /** The value of a parameter of the path. */
  readonly param: (name: string) => string
  /** The fields of the query; a name that comes twice is refused. */
  readonly query: () => Readonly<Record<string, string>>
  /** Aborted when the client goes, or the time is over. */
  readonly signal: AbortSignal
}

/** Routes requests to endpoints; other methods at their paths are refused. */
export function addEndpoints(
  app: Hono,
  endpoints: readonly Endpoint[],
  access: AccessOptions,
  limits: Limits,
  onRoute: (request: Request, path: string) => void,
): void {
  for (const endpoint of endpoints)
    app.on(endpoint.method, endpoint.path, async c => {
      const request = c.req.raw
      onRoute(request, endpoint.path)
      await checkToken(request, endpoint.access, access)
      const time = deadline(limits.time, request.signal)
      try {
        const signal = endpoint.isStream ? request.signal : time.signal
        return await endpoint.handle({
          request,
          signal,
          param: name => c.req.param(name) ?? '',
          query: () => queryOf(c),
        })
      } finally {
        time.clear()
      }
    })
  for (const path of new Set(endpoints.map(endpoint => endpoint.path))) {
    const allow = endpoints.filter(endpoint => endpoint.path === path).map(({ method }) => method)
    app.all(path, c => {
      onRoute(c.req.raw, path)
      throw new Problem(405, 'request/method', `this path takes ${allow.join(' and ')}`, {
        headers: { allow: allow.join(', ') },
      })
    })
  }
}

function queryOf(c: Context): Record<string, string> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => {
      if (values.length === 1) return [name, values[0]]
      throw new Problem(400, 'request/query', `${JSON.stringify(name.slice(0, 60))} is in the query twice`)
    }),
  )
}
