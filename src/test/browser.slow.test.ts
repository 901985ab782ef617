import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { InputError } from '../base/errors.js'
import { resolveConfig } from '../config/resolve.js'
import { webInNode } from '../engine/runtime/node/choose-runtime.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../engine/runtime/reference/reference.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { trainInMemory } from '../train/train-in-memory.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import {
  corpusOf,
  pageConfig,
  type StepNumbers,
  type Trained,
  trainAndTag,
  trainingSteps,
} from './testing/page-checks.js'
import { type PageServer, servePages } from './testing/page-server.js'

type Checks = typeof import('./testing/page-checks.js')
type Nerite = typeof import('../browser.js')

const sample = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../samples/${name}`, import.meta.url)), 'utf8')
const CORPUS = sample('dev.markup')
const TEXT = sample('demo-texts.txt')
const folder = temporaryFolder()
const run = join(folder.path, 'run')
const damaged = join(folder.path, 'damaged')
let trained: Trained
let browser: Browser | undefined
const servers: PageServer[] = []

before(async () => {
  trained = await trainAndTag(nodeRuntime(), { train: CORPUS, dev: sample('test.markup') }, TEXT, 1)
  for (const dir of [run, damaged]) {
    mkdirSync(dir)
    for (const [name, bytes] of Object.entries(trained.files))
      writeFileSync(join(dir, name), Uint8Array.from(bytes))
  }
  const vocabulary = join(damaged, 'vocab.json')
  writeFileSync(vocabulary, readFileSync(vocabulary, 'utf8').replace('a', 'b'))
  if (!noChromium) browser = await launchChromium()
})
after(async () => {
  await browser?.close()
  for (const server of servers) await server.close()
  folder.remove()
})

async function open(isolated: boolean): Promise<{ page: Page; complaints: string[]; server: PageServer }> {
  assert.ok(browser)
  const server = await servePages(isolated, { run, damaged })
  servers.push(server)
  return { ...(await openPage(browser, server.url)), server }
}

const places = (entities: Trained['entities']) =>
  entities.map(({ start, end, type }) => `${start}-${end} ${type}`)

function checkSameNumbers(got: StepNumbers, expected: StepNumbers): number {
  const lists = { ...expected.gradients, losses: expected.losses }
  const found: Readonly<Record<string, readonly number[]>> = { ...got.gradients, losses: got.losses }
  assert.deepEqual(Object.keys(found).sort(), Object.keys(lists).sort())
  let compared = 0
  for (const [name, numbers] of Object.entries(lists)) {
    assert.equal(found[name].length, numbers.length, name)
    const size = Math.max(1, ...numbers.map(Math.abs))
    numbers.forEach((number, i) => {
      assert.ok(
        Math.abs(number - found[name][i]) <= 1e-5 * size,
        `${name}[${i}]: ${found[name][i]}, not ${number}`,
      )
      compared++
    })
  }
  return compared
}

test('training in memory learns, and its result is a run folder', async () => {
  assert.equal(trained.losses.length, 6)
  assert.ok(trained.losses[5] < trained.losses[0] / 2, `losses ${trained.losses}`)
  assert.ok(trained.entities.length > 0)
  const tagger = await loadTagger(run)
  assert.deepEqual(await tagger.tag(TEXT), trained.entities)
  await tagger.release()
  await assert.rejects(
    loadTaggerFrom({ read: async () => undefined, name: 'shelf' }),
    /shelf\/manifest\.json: expected a file of a finished run, got no such file/,
  )
  await assert.rejects(loadTagger(damaged), /vocab\.json: expected the file of .* it was changed/)
})

test('training in memory stops on its signal, and reads no vector file', async () => {
  const train = await corpusOf(CORPUS)
  const controller = new AbortController()
  const run = trainInMemory({
    config: pageConfig(1, 1000),
    train,
    runtime: nodeRuntime(),
    signal: controller.signal,
  })
  const kinds: string[] = []
  let next = await run.next()
  for (; !next.done; next = await run.next()) {
    kinds.push(next.value.kind)
    if (next.value.kind === 'epoch') setTimeout(() => controller.abort())
  }
  assert.ok(kinds.filter(kind => kind === 'epoch').length < 10)
  assert.equal(kinds.at(-1), 'done')
  // A run that was stopped has no scores and no card.
  const expected = Object.keys(trained.files).filter(name => !['README.md', 'metrics.json'].includes(name))
  assert.deepEqual([...next.value.keys()].sort(), expected.sort())
  assert.ok(expected.length >= 6)
  const bare = { tokens: ['Babbage', 'replied'], tags: [], lines: [] }
  const partly = { ...train, sentences: [...train.sentences, bare, { tokens: [], tags: [], lines: [] }] }
  const first = await trainInMemory({
    config: pageConfig(1, 1),
    train: partly,
    runtime: nodeRuntime(),
  }).next()
  assert.ok(!first.done && first.value.kind === 'warning' && first.value.code === 'unlabeled')
  assert.match(first.value.message, /2 of \d+ sentences have no labels and are left out$/)
  for (const sentences of [[bare], []])
    await assert.rejects(
      trainInMemory({
        config: pageConfig(1, 1),
        train: { ...train, sentences },
        runtime: nodeRuntime(),
      }).next(),
      /expected labeled sentences to learn from, got (text without tags|no sentence)/,
    )
  const vectors = resolveConfig({ file: { input: { words: { vectors: 'glove.txt' } } } })
  await assert.rejects(
    trainInMemory({ config: vectors, train, runtime: nodeRuntime() }).next(),
    /option vectors/,
  )
})

test('training steps on WebAssembly and on the reference equal the native ones', async () => {
  const expected = await trainingSteps(nodeRuntime(), CORPUS, 1)
  assert.equal(expected.losses.length, 4)
  for (const runtime of [webInNode(), referenceRuntime()])
    assert.ok(checkSameNumbers(await trainingSteps(runtime, CORPUS, 1), expected) > 5000)
})

for (const isolated of [true, false])
  test(`a page that is ${isolated ? '' : 'not '}cross-origin isolated`, { skip: noChromium }, async t => {
    const { page, complaints, server } = await open(isolated)

    await t.test('runs the battery', async () => {
      const results = await page.evaluate(async () => {
        const load = (path: string) => import(path)
        const { webRuntime, referenceRuntime } = (await load('/dist/browser.js')) as Nerite
        const { runBattery } = (await load('/dist/test/testing/page-checks.js')) as Checks
        const web = await runBattery(webRuntime())
        return { web, reference: await runBattery(referenceRuntime()), isolated: crossOriginIsolated }
      })
      assert.deepEqual(results.web, { failed: [], cases: 12 })
      assert.deepEqual(results.reference, { failed: [], cases: 12 })
      assert.equal(results.isolated, isolated)
    })

    await t.test('has threads if isolated', async () => {
      const threads = await page.evaluate(async () => {
        const load = (name: string) => import(name)
        const ort = (await load('onnxruntime-web/wasm')) as typeof import('onnxruntime-web/wasm')
        return { used: ort.env.wasm.numThreads, cores: navigator.hardwareConcurrency }
      })
      assert.equal(threads.used, isolated ? threads.cores : 1)
      assert.equal(
        page.workers().length >= threads.cores - 1 && threads.cores > 1,
        isolated && threads.cores > 1,
      )
    })

    await t.test('training steps give the numbers of Node.js', async () => {
      const expected = await trainingSteps(nodeRuntime(), CORPUS, 1)
      const got = await page.evaluate(async corpus => {
        const load = (path: string) => import(path)
        const { webRuntime } = (await load('/dist/browser.js')) as Nerite
        const { trainingSteps } = (await load('/dist/test/testing/page-checks.js')) as Checks
        return trainingSteps(webRuntime(), corpus, 2)
      }, CORPUS)
      assert.ok(checkSameNumbers(got, expected) > 5000)
    })

    await t.test('trains a tagger, loads it and tags as Node.js does with the same files', async () => {
      const corpora = { train: CORPUS, dev: sample('test.markup') }
      const inPage = await page.evaluate(
        async ({ corpora, text }) => {
          const load = (path: string) => import(path)
          const { webRuntime } = (await load('/dist/browser.js')) as Nerite
          const { trainAndTag } = (await load('/dist/test/testing/page-checks.js')) as Checks
          return trainAndTag(webRuntime(), corpora, text, 2)
        },
        { corpora, text: TEXT },
      )
      assert.ok(inPage.losses[5] < inPage.losses[0] / 2, `losses ${inPage.losses}`)
      assert.ok(Math.abs(inPage.losses[0] - trained.losses[0]) < 1e-3 * trained.losses[0])
      const dir = join(folder.path, `page-${isolated}`)
      mkdirSync(dir)
      for (const [name, bytes] of Object.entries(inPage.files))
        writeFileSync(join(dir, name), Uint8Array.from(bytes))
      const tagger = await loadTagger(dir)
      assert.deepEqual(places(await tagger.tag(TEXT)), places(inPage.entities))
      await tagger.release()
      assert.ok(inPage.entities.length > 0)
    })

    await t.test('loads a served run and tags as Node.js does', async () => {
      const result = await page.evaluate(async text => {
        const load = (path: string) => import(path)
        const { loadTaggerFrom, runAt } = (await load('/dist/browser.js')) as Nerite
        const tagger = await loadTaggerFrom(runAt('/runs/run'))
        const entities = await tagger.tag(text)
        const code = (error: unknown) => (error as InputError).code
        const codes = [await tagger.tag(undefined as unknown as string).catch(code)]
        await tagger.release()
        codes.push(await tagger.tag(text).catch(code))
        const refusal = await loadTaggerFrom(runAt('/runs/damaged')).catch((error: Error) => error.message)
        return { entities, runtime: tagger.info.runtime, refusal, codes }
      }, TEXT)
      assert.equal(result.runtime, 'web')
      assert.deepEqual(result.codes, ['predict/argument', 'predict/released'])
      assert.deepEqual(places(result.entities), places(trained.entities))
      result.entities.forEach(({ score }, i) => {
        assert.ok(Math.abs(score - trained.entities[i].score) < 1e-5)
      })
      assert.match(
        String(result.refusal),
        /^\/runs\/damaged\/vocab\.json: expected the file of .* it was changed/,
      )
    })

    assert.deepEqual(complaints, [])
    assert.deepEqual(server.missing, [])
    await page.close()
  })

test('a page gets an error that says what is missing', { skip: noChromium }, async () => {
  const { page } = await open(false)
  const messages = await page.evaluate(async () => {
    const load = (path: string) => import(path)
    const { loadTaggerFrom, runAt, webRuntime } = (await load('/dist/browser.js')) as Nerite
    const message = (error: Error) => error.message
    const absent = await loadTaggerFrom(runAt('/runs/nothing/')).catch(message)
    const unserved = await loadTaggerFrom(runAt('/runs/run'), {
      runtime: webRuntime({ wasmPaths: `${location.origin}/nowhere/` }),
    }).catch(message)
    return { absent, unserved }
  })
  assert.match(String(messages.absent), /^\/runs\/nothing\/manifest\.json: expected a file .* got HTTP 404/)
  assert.match(
    String(messages.unserved),
    /nowhere\/ort-wasm-simd-threaded\.wasm could not be loaded.*wasmPaths/s,
  )
})
