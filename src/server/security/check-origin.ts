import { Problem } from '../problem.js'

/**
 * Refuses what a page of another site sends. A request without `Origin` comes from a program, or reads by a plain link.
 *
 * @param origins of other sites that may
 * @throws Problem 403
 */
export function checkOrigin(request: Request, origins: readonly string[]): void {
  const origin = request.headers.get('origin')
  const isOurs = origin !== null && origin === ownOrigin(request, origin)
  if (isOurs || (origin !== null && origins.includes(origin))) return
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  const isCrossSite = ['cross-site', 'same-site'].includes(request.headers.get('sec-fetch-site') ?? '')
  // A link on another site may open a page of ours.
  const isNavigation = isSafe && request.headers.get('sec-fetch-mode') === 'navigate'
  if (origin === null && (!isCrossSite || isNavigation)) return
  throw new Problem(403, 'request/origin', 'pages of other sites may not use this server')
}

/** The origin of pages that the server itself sent; a proxy before it may speak `https` where it hears `http`. */
function ownOrigin(request: Request, origin: string): string | undefined {
  const scheme = /^https?:\/\//.exec(origin)?.[0]
  return scheme && `${scheme}${request.headers.get('host') ?? new URL(request.url).host}`
}

/** The headers by which a browser lets a page of an allowed origin read the answer; none for other requests. */
export function corsHeaders(request: Request, origins: readonly string[]): Record<string, string> {
  const origin = request.headers.get('origin')
  if (origin === null || !origins.includes(origin)) return {}
  return { 'access-control-allow-origin': origin, vary: 'Origin' }
}

/** The answer to a browser that asks whether a page may send a request, as its origin was already checked. */
export function preflight(cors: Readonly<Record<string, string>>): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    },
  })
}
