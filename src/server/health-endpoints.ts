import * as v from 'valibot'
import type { Endpoint } from './endpoint.js'
import type { Metrics } from './metrics.js'
import { Problem } from './problem.js'

const statusForm = v.object({ status: v.string() })

/** What a supervisor asks: whether the process lives, whether it takes requests, and what it has done. */
export function healthEndpoints(isReady: () => boolean, metrics: Metrics | undefined): Endpoint[] {
  const ok = { description: 'It does.', forms: [{ type: 'application/json', schema: statusForm }] }
  const health: Endpoint[] = [
    {
      method: 'GET',
      path: '/healthz',
      access: 'open',
      id: 'isAlive',
      summary: 'Whether the server lives',
      answer: ok,
      handle: () => Response.json({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      access: 'open',
      id: 'isReady',
      summary: 'Whether the server takes requests: not before it has a model, and not while it stops',
      answer: ok,
      handle: () => {
        if (!isReady()) throw new Problem(503, 'server/not-ready', 'the server takes no requests now')
        return Response.json({ status: 'ready' })
      },
    },
  ]
  if (!metrics) return health
  return [
    ...health,
    {
      method: 'GET',
      path: '/metrics',
      access: 'read',
      id: 'getMetrics',
      summary: 'Figures for Prometheus',
      answer: { description: 'Figures as text.', forms: [{ type: 'text/plain' }] },
      handle: async () =>
        new Response(await metrics.render(), { headers: { 'content-type': metrics.contentType } }),
    },
  ]
}
