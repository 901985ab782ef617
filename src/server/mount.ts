import type { Hono } from 'hono'
import { type BodyLimits, readBody } from './limits/read-body.js'
import { checkToken } from './security/check-token.js'
import type { AccessOptions, Mount } from './server-options.js'

/**
 * Adds an application below a path.
 * @throws TypeError for a path that is none
 */
export function addMount(
  app: Hono,
  { path, fetch, bodyBytes, isPrivate = false }: Mount,
  {
    access,
    body: limits,
    onRoute,
  }: {
    readonly access: AccessOptions
    readonly body: BodyLimits
    readonly onRoute: (request: Request, path: string) => void
  },
): void {
  if (!/^(\/[\w-]+)+$/.test(path))
    throw new TypeError(`a mount is at a path such as /studio-api, not ${path}`)
  const bytes = bodyBytes ?? limits.bytes
  app.all(`${path}/*`, async c => {
    onRoute(c.req.raw, path)
    const { method, headers, signal } = c.req.raw
    const isRead = method === 'GET' || method === 'HEAD'
    await checkToken(c.req.raw, isRead && !isPrivate ? 'read' : 'write', access)
    const url = new URL(c.req.url)
    url.pathname = url.pathname.slice(path.length)
    if (isRead) return fetch(new Request(url, { method, headers, signal }), {})
    const body = (await readBody(c.req.raw, { ...limits, bytes })) as Uint8Array<ArrayBuffer>
    const init: RequestInit & { duplex: 'half' } = {
      method,
      headers,
      signal,
      body: streamOf(body),
      duplex: 'half',
    }
    return fetch(new Request(url, init), { bytes: body })
  })
}

/** Bytes that are there as a body, which a `Request` would otherwise copy. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> | null {
  if (bytes.length === 0) return null
  return new ReadableStream(
    {
      pull(out) {
        out.enqueue(bytes)
        out.close()
      },
    },
    { highWaterMark: 0 },
  )
}
