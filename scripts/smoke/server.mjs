// Runs in a user's project where the package is installed: the server in the runtime's own HTTP server (`Bun.serve`,
// `Deno.serve`) or in Node's, below a path of another application, and closed again. Prints what was found.
import { loadTagger } from 'nerite'
import { createServer, listen, prometheusMetrics } from 'nerite/server'

const [text] = process.argv.slice(2)
const models = { en: await loadTagger('en', { workers: 1 }) }
const { fetch: answer } = createServer({ models, metrics: prometheusMetrics() })
const said = {}
const { url, close } = await start()
said.found = await namesAt(url)
said.refused = (await fetch(`${url}/v1/entities`, { method: 'POST', body: 'text' })).status
said.ready = (await fetch(`${url}/readyz`)).status
said.metrics = /^nerite_requests_total\{.*\} 1$/m.test(await (await fetch(`${url}/metrics`)).text())
const lines = await fetch(`${url}/v1/entities`, {
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson' },
  body: `${JSON.stringify({ id: 1, text })}\n{"id":2}\n`,
})
said.lines = (await lines.text())
  .trim()
  .split('\n')
  .map(line => Object.keys(JSON.parse(line)).join())
await close()
await models.en.release()
console.log(JSON.stringify(said))
process.exit(0)

async function namesAt(address) {
  const response = await fetch(`${address}/v1/entities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  const { results } = await response.json()
  return results[0].entities.map(entity => entity.text)
}

async function start() {
  if (globalThis.Bun) {
    const server = globalThis.Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer })
    return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop() }
  }
  if (globalThis.Deno) {
    const server = globalThis.Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: () => {} }, answer)
    return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() }
  }
  return listen({ fetch: answer, drain: () => {} }, { port: 0 })
}
