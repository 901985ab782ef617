import type { Hono } from 'hono'
import type { StaticFiles } from './static-files.js'

/** Serves files at hand; `/` is `/index.html`. */
export function serveFiles(app: Hono, files: StaticFiles): void {
  app.get('*', async (c, next) => {
    const { pathname } = new URL(c.req.url)
    const file = files.get(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    if (!file) return next()
    const headers = {
      'content-type': file.type,
      'cache-control': 'no-cache',
      etag: file.etag,
      vary: 'Accept-Encoding',
    }
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
    const takesGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
    if (file.gzip && takesGzip) return c.body(file.gzip, 200, { ...headers, 'content-encoding': 'gzip' })
    return c.body(file.bytes, 200, headers)
  })
}
