// TensorFlow.js in a page: its WebAssembly backend has threads in browsers only (tensorflow/tfjs#3830), so headless
// Chromium runs it, cross-origin isolated. The protocol is bench/lib/contender.mjs's; the models are tfjs-models.js and
// tfjs-tagger.js.
//
//   npm ci --prefix bench/peers        installs it, apart from the project
//
//   node bench/peers/tfjs.mjs [THREADS] [FOLDER with node_modules]
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { chromium } from 'playwright-core'
import { serve } from '../lib/serve.mjs'

const [threads = '2', folder = 'bench/peers'] = process.argv.slice(2)
const packages = join(folder, 'node_modules/@tensorflow')
const core = join(packages, 'tfjs/dist')
const wasm = join(packages, 'tfjs-backend-wasm/dist')
const PAGE = `<!doctype html><title>peer</title>
<script src="/tf.min.js"></script><script src="/tf-backend-wasm.min.js"></script>
<script type="module" src="/tfjs-models.js"></script><script type="module" src="/tfjs-tagger.js"></script>`
const TYPES = { js: 'text/javascript', wasm: 'application/wasm', bin: 'application/octet-stream' }
let tensorFile

const server = createServer((request, response) => {
  const name = basename(new URL(request.url, 'http://x').pathname)
  const headers = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
  }
  if (name === '') return response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end(PAGE)
  const places = [join(core, name), join(wasm, name), join('bench/peers', name)]
  const file = name === 'tensors.bin' ? tensorFile : places.find(existsSync)
  if (!file) return response.writeHead(404, headers).end()
  const type = TYPES[name.split('.').at(-1)] ?? 'text/plain'
  response.writeHead(200, { ...headers, 'content-type': type }).end(readFileSync(file))
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  path => path && existsSync(path),
)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const page = await browser.newPage()
// It takes at most half of the logical cores, whatever setThreadsCount says.
await page.addInitScript(
  cores => Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores }),
  2 * threads,
)
page.setDefaultTimeout(0)
page.on('pageerror', error => console.error(`TensorFlow.js: ${error.message}`))
await page.goto(`http://127.0.0.1:${server.address().port}/`)
await page.waitForFunction(() => globalThis.peer && globalThis.taggerPeer)

await serve({
  load(question) {
    tensorFile = question.file
    const name = question.model === 'tagger' ? 'taggerPeer' : 'peer'
    return page.evaluate(([peer, q, n]) => globalThis[peer].load(q, n), [name, question, Number(threads)])
  },
  tag: question => page.evaluate(q => globalThis.taggerPeer.tag(q), question),
  logits: question => page.evaluate(q => globalThis.taggerPeer.logits(q), question),
  loss: question => page.evaluate(q => globalThis.taggerPeer.loss(q), question),
  train: question =>
    page.evaluate(q => (q.batches ? globalThis.taggerPeer : globalThis.peer).train(q), question),
})
await browser.close()
server.close()
