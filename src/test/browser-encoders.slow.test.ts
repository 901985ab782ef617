import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { resolveConfig } from '../config/resolve.js'
import { webInNode } from '../engine/runtime/node/choose-runtime.js'
import type { Entity } from '../recognize/annotated-text.js'
import { loadTagger as loadFiles } from '../recognize/load-recognizer.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { importCheckpoint } from '../run/node/import-checkpoint.js'
import { packRun } from '../run/node/pack-run.js'
import { temporaryFolder, trainHere } from '../train/testing/tiny-run.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { servePages } from './testing/page-server.js'

type Nerite = typeof import('../browser.js')

const TEXTS = readFileSync('samples/dev.markup', 'utf8')
  .replaceAll(/\[([^\]]*)\]\([A-Z]+\)/g, '$1')
  .split('\n')
  .filter(text => text !== '')
  .slice(0, 40)
const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
let browser: Browser | undefined

before(async () => {
  const corpus = { train: 'samples/dev.markup', dev: 'samples/test.markup' }
  const pretrained = { folder: 'oracles/encoders/minilm', learningRate: 0.01, layerDecay: 1 }
  const training = { epochs: 12, batchSize: 8, learningRate: 0.01, threads: 1, patience: null }
  const config = resolveConfig({ preset: 'encoder-crf', file: { corpus, pretrained, training } })
  await trainHere({ config, out: at('crf') })
  await packRun(at('crf'), at('rounded'), { int8: true })
  for (const form of ['fused', 'quantized']) {
    const source = at(`${form}-folder`)
    mkdirSync(join(source, 'onnx'), { recursive: true })
    for (const file of ['config.json', 'tokenizer.json'])
      copyFileSync(`oracles/encoders/ner-bert/${file}`, join(source, file))
    const name = form === 'quantized' ? 'model_quantized.onnx' : 'model.onnx'
    copyFileSync(`oracles/onnx-classifiers/${form}.onnx`, join(source, 'onnx', name))
    await importCheckpoint(source, at(form))
  }
  if (!noChromium) browser = await launchChromium()
})
after(async () => {
  await browser?.close()
  folder.remove()
})

async function inPage(run: string): Promise<Entity[][]> {
  assert.ok(browser)
  const server = await servePages(true, { [run]: at(run) })
  const { page, complaints } = await openPage(browser, server.url)
  const found = await page.evaluate(
    async ({ run, texts }) => {
      const load = (path: string) => import(path)
      const { loadTagger } = (await load('/dist/browser.js')) as Nerite
      const tagger = await loadTagger(`/runs/${run}`)
      const all = await tagger.tag(texts)
      await tagger.release()
      return all
    },
    { run, texts: TEXTS },
  )
  assert.deepEqual(complaints, [])
  await page.close()
  await server.close()
  return found
}

/** @param isWeb on WebAssembly */
async function inNode(run: string, isWeb = false): Promise<Entity[][]> {
  const names = readdirSync(at(run), { withFileTypes: true }).filter(entry => entry.isFile())
  const files = new Map(names.map(({ name }) => [name, new Uint8Array(readFileSync(join(at(run), name)))]))
  await using tagger = isWeb
    ? await loadFiles(files, { runtime: webInNode() })
    : await loadTagger(at(run), { threads: 1 })
  return tagger.tag(TEXTS)
}

const places = (all: readonly (readonly Entity[])[]) =>
  all.map(own => own.map(({ start, end, type }) => `${start}-${end} ${type}`))

/** Runs of floats find the same entities, with the same scores but for the last digits. */
for (const [run, least] of [
  ['crf', 40],
  ['fused', 100],
] as const)
  test(`a page finds what Node.js finds: ${run}`, { skip: noChromium }, async () => {
    const expected = await inNode(run)
    const found = await inPage(run)
    assert.deepEqual(places(found), places(expected))
    const scores = expected.flat().map(({ score }) => score)
    found.flat().forEach(({ score }, i) => {
      assert.ok(Math.abs(score - scores[i]) < 1e-4, `${score}, not ${scores[i]}`)
    })
    assert.ok(scores.length >= least, `${scores.length} entities`)
  })

/** Whole numbers: WebAssembly's kernels give the same in a page and in Node.js; native ones may add up in another way. */
for (const [run, least] of [
  ['rounded', 40],
  ['quantized', 100],
] as const)
  test(`a page finds what Node.js finds, in 8 bits: ${run}`, { skip: noChromium }, async () => {
    const found = await inPage(run)
    assert.deepEqual(found, await inNode(run, true))
    const keys = (all: readonly (readonly Entity[])[]) =>
      places(all).flatMap((own, i) => own.map(place => `${i} ${place}`))
    const native = new Set(keys(await inNode(run)))
    const shared = keys(found).filter(key => native.has(key)).length
    const most = Math.max(native.size, found.flat().length)
    assert.ok(shared > 0.95 * most, `${shared} of ${most}`)
    assert.ok(most >= least, `${most} entities`)
  })
