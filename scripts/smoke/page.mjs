// A page of a user's own that tags a text with the English model, in headless Chromium.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const TYPES = { html: 'text/html', js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' }

const SCRIPT = `
import { loadTagger } from 'nerite/browser'
globalThis.tagText = async text => {
  const tagger = await loadTagger('/model/')
  const entities = await tagger.tag(text)
  await tagger.release()
  return entities.map(entity => entity.text)
}
globalThis.isReady = true
`
const IMPORTS = JSON.stringify({
  imports: { 'nerite/browser': '/nerite/browser.js', valibot: '/valibot/index.mjs' },
})

/** @returns the names that the page found and the paths that it asked for, or why it was skipped */
export async function checkPage({ folder, bundler, text, root, run }) {
  const executablePath = PLACES.find(path => path !== undefined && existsSync(path))
  if (executablePath === undefined) return { skip: 'no Chromium here: install it, or set CHROMIUM_PATH' }
  const site = join(folder, 'site')
  rmSync(site, { recursive: true, force: true })
  await makeSite({ folder, site, bundler, root, run })
  cpSync(join(folder, 'node_modules/@nerite/en/model'), join(site, 'model'), { recursive: true })
  const server = await (bundler === 'vite-dev' ? serveVite(folder) : serveFiles(site))
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const tab = await browser.newPage()
    tab.setDefaultTimeout(300_000)
    const [requests, complaints] = [[], []]
    tab.on('request', request => requests.push(new URL(request.url()).pathname))
    tab.on('pageerror', error => complaints.push(error.message))
    await tab.goto(server.address)
    await tab
      .waitForFunction(() => globalThis.isReady === true)
      .catch(error => {
        throw new Error(`${error.message}\n${complaints.join('\n')}`)
      })
    return { found: await tab.evaluate(given => globalThis.tagText(given), text), requests }
  } finally {
    await browser.close()
    await server.close()
  }
}

async function serveFiles(site) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const file = join(site, normalize(pathname === '/' ? '/index.html' : pathname))
    if (!existsSync(file)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[file.split('.').at(-1)] ?? 'application/octet-stream' })
    response.end(readFileSync(file))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { address: `http://127.0.0.1:${server.address().port}/`, close }
}

/** The development server of Vite without any settings for Nerite. */
async function serveVite(root) {
  const vite = await import(pathToFileURL(`${root}/node_modules/vite/dist/node/index.js`).href)
  const server = await vite.createServer({
    root,
    publicDir: 'site',
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
  })
  await server.listen()
  return { address: server.resolvedUrls.local[0], close: () => server.close() }
}

async function makeSite({ folder, site, bundler, root, run }) {
  mkdirSync(site)
  const package_ = join(folder, 'node_modules/nerite/lib')
  if (bundler === 'none') {
    cpSync(package_, join(site, 'nerite'), { recursive: true })
    cpSync(join(folder, 'node_modules/valibot/dist'), join(site, 'valibot'), { recursive: true })
    writeFileSync(join(site, 'page-1.js'), SCRIPT)
    return writePage(site, 'page-1.js', `<script type="importmap">${IMPORTS}</script>`)
  }
  writeFileSync(join(folder, 'page-0.js'), SCRIPT)
  if (bundler === 'esbuild') {
    const args = [
      'page-0.js',
      '--bundle',
      '--format=esm',
      '--platform=browser',
      '--outfile=site/page-1.js',
      '--log-level=warning',
    ]
    await run(join(root, 'node_modules/.bin/esbuild'), args, { cwd: folder })
    cpSync(
      join(package_, 'onnxruntime/ort-wasm-simd-threaded.wasm'),
      join(site, 'ort-wasm-simd-threaded.wasm'),
    )
    return writePage(site, 'page-1.js')
  }
  writePage(folder, 'page-0.js')
  if (bundler === 'vite-dev') return
  await run(join(folder, 'node_modules/.bin/vite'), ['build', '--outDir', 'site', '--logLevel', 'warn'], {
    cwd: folder,
  })
}

function writePage(folder, script, head = '') {
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">${head}<script type="module" src="/${script}"></script>\n`,
  )
}
