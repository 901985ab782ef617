/** A web server for tests in a page: the compiled program, its two dependencies by import map, and a run folder. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const SERVED = /^\/(dist|samples|node_modules\/(valibot|onnxruntime-web)\/dist)\/[\w./-]+$/

const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({
  imports: {
    nerite: '/dist/browser.js',
    valibot: '/node_modules/valibot/dist/index.mjs',
    'onnxruntime-web/wasm': '/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs',
    'onnxruntime-web/webgpu': '/node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs',
  },
})}</script>`

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
  html: 'text/html',
}

export interface PageServer {
  readonly url: string
  /** Requested paths that do not exist. */
  readonly missing: readonly string[]
  readonly close: () => Promise<void>
}

/**
 * @param isolated sends the headers that make a page cross-origin isolated
 * @param runs folders served under `/runs/NAME/`
 */
export async function servePages(
  isolated: boolean,
  runs: Readonly<Record<string, string>> = {},
): Promise<PageServer> {
  const missing: string[] = []
  const send = (response: ServerResponse, status: number, type: string, body: Uint8Array | string) => {
    response.writeHead(status, {
      'content-type': TYPES[type] ?? 'application/octet-stream',
      ...(isolated && {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }),
    })
    response.end(body)
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/') return send(response, 200, 'html', PAGE)
    const run = /^\/runs\/(\w+)\/([\w.]+)$/.exec(pathname)
    const file = run && runs[run[1]] ? join(runs[run[1]], run[2]) : join(root, pathname)
    try {
      if (!run && !SERVED.test(pathname)) throw new Error('not served')
      send(response, 200, pathname.split('.').at(-1) ?? '', readFileSync(file))
    } catch {
      missing.push(pathname)
      send(response, 404, '', 'not found')
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}/`, missing, close }
}
