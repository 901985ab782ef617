import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { webInNode } from '../engine/runtime/node/choose-runtime.js'
import { loadTagger as loadFiles } from '../recognize/load-recognizer.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { packRun } from '../run/node/pack-run.js'
import { temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { servePages } from './testing/page-server.js'

type Nerite = typeof import('../browser.js')

const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url))
const folder = temporaryFolder()
const [run, rounded] = ['run', 'rounded'].map(name => join(folder.path, name))
const FILES = ['manifest.json', 'config.json', 'vocab.json', 'model.safetensors']
const TEXTS = readFileSync(sample('dev.markup'), 'utf8')
  .replaceAll(/\[([^\]]*)\]\([A-Z]+\)/g, '$1')
  .split('\n')
  .filter(text => text !== '')
  .slice(0, 100)
let browser: Browser | undefined

before(async () => {
  await trainHere({
    config: tinyConfig({
      encoder: [{ kind: 'bilstm', hidden: 40, layers: 1 }],
      input: { words: { dim: 40 } },
      training: { epochs: 6, batchSize: 8, patience: null },
    }),
    out: run,
  })
  await packRun(run, rounded, { int8: true })
  if (!noChromium) browser = await launchChromium()
})
after(async () => {
  await browser?.close()
  folder.remove()
})

test('a run in 8 bits is loaded by a page, which finds what Node.js finds', {
  skip: noChromium,
}, async () => {
  assert.ok(browser)
  const files = new Map(FILES.map(name => [name, new Uint8Array(readFileSync(join(rounded, name)))]))
  const web = await loadFiles(files, { runtime: webInNode(), onNotice: () => {} })
  const expected = await web.tag(TEXTS)
  assert.ok(expected.flat().length > 50, `${expected.flat().length} entities`)
  const server = await servePages(true, { rounded })
  const { page, complaints } = await openPage(browser, server.url)
  const found = await page.evaluate(async texts => {
    const load = (path: string) => import(path)
    const { loadTagger } = (await load('/dist/browser.js')) as Nerite
    const tagger = await loadTagger('/runs/rounded')
    const all = await tagger.tag(texts)
    await tagger.release()
    return all
  }, TEXTS)
  assert.deepEqual(found, expected)
  // Native kernels may add up whole numbers in another way.
  const native = await loadTagger(rounded)
  const keys = (all: typeof found) =>
    all.flatMap((own, i) => own.map(({ start, end, type }) => `${i} ${start} ${end} ${type}`))
  const own = new Set(keys(await native.tag(TEXTS)))
  const shared = keys(found).filter(key => own.has(key)).length
  assert.ok(shared > 0.97 * Math.max(own.size, keys(found).length), `${shared} of ${own.size}`)
  assert.deepEqual(complaints, [])
  await Promise.all([web.release(), native.release(), page.close(), server.close()])
})
