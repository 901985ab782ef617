import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { encoderSteps, largestDifference } from './testing/encoder-checks.js'
import { servePages } from './testing/page-server.js'

type Nerite = typeof import('../browser.js')
type Checks = typeof import('./testing/encoder-checks.js')
type Steps = Awaited<ReturnType<typeof encoderSteps>>

const FOLDER = 'oracles/encoders/minilm'
const ENCODER = Object.fromEntries(
  readdirSync(FOLDER).map(name => [name, [...readFileSync(`${FOLDER}/${name}`)]]),
)
const CORPUS = readFileSync('samples/dev.markup', 'utf8').split('\n').slice(0, 6).join('\n')
const PROCESS = fileURLToPath(new URL('./testing/gpu-process.js', import.meta.url))

/** Chromium has Vulkan on the processor, which any program can load. */
const VULKAN = '/usr/lib/chromium'
const noVulkan =
  !['libvulkan.so.1', 'vk_swiftshader_icd.json'].every(file => existsSync(`${VULKAN}/${file}`)) &&
  'no Vulkan in software here: install Chromium'

async function check(found: Steps): Promise<void> {
  const expected = await encoderSteps(nodeRuntime(), ENCODER, CORPUS)
  assert.equal(expected.losses.length, 2)
  const { worst, numbers } = largestDifference(expected, found)
  assert.ok(worst < 1e-3, `${worst}`)
  assert.ok(numbers > 5000, `${numbers}`)
}

test('an encoder with a CRF is trained on WebGPU in Node.js as on the processor', {
  skip: noVulkan,
}, async () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROCESS, 'webgpu'], {
    input: JSON.stringify({ encoder: ENCODER, corpus: CORPUS }),
    encoding: 'utf8',
    env: {
      ...process.env,
      VK_ICD_FILENAMES: `${VULKAN}/vk_swiftshader_icd.json`,
      LD_LIBRARY_PATH: VULKAN,
    },
  })
  assert.equal(status, 0, stderr)
  await check(JSON.parse(stdout))
})

test('an encoder with a CRF is trained on WebGPU in a page as on the processor', {
  skip: noChromium,
}, async t => {
  const browser = await launchChromium({ gpu: true })
  const server = await servePages(true)
  try {
    const { page } = await openPage(browser, server.url)
    const found = await page.evaluate(
      async ({ encoder, corpus }) => {
        const load = (path: string) => import(path)
        const { webRuntime } = (await load('/dist/browser.js')) as Nerite
        const { encoderSteps } = (await load('/dist/test/testing/encoder-checks.js')) as Checks
        const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } }
        if (!(await gpu?.requestAdapter())) return undefined
        const runtime = webRuntime({ device: 'webgpu', load: () => load('onnxruntime-web/webgpu') })
        return encoderSteps(runtime, encoder, corpus)
      },
      { encoder: ENCODER, corpus: CORPUS },
    )
    if (found) await check(found)
    else t.skip('this Chromium has no WebGPU')
  } finally {
    await browser.close()
    await server.close()
  }
})

test('a page without a GPU, or without the build for it, says so', { skip: noChromium }, async () => {
  const browser = await launchChromium()
  const server = await servePages(true)
  try {
    const { page } = await openPage(browser, server.url)
    const codes = await page.evaluate(async () => {
      const load = (path: string) => import(path)
      const { loadTagger, webRuntime } = (await load('/dist/browser.js')) as Nerite
      const loadGpu = () => load('onnxruntime-web/webgpu')
      const refused: [string, string][] = []
      for (const options of [{ load: loadGpu }, {}])
        await webRuntime({ device: 'webgpu', ...options })
          .createSession(new Uint8Array())
          .catch((error: Error & { code: string }) => refused.push([error.code, error.message]))
      return { refused, loads: typeof loadTagger }
    })
    assert.deepEqual(
      codes.refused.map(([code]) => code),
      ['runtime/missing', 'runtime/missing'],
    )
    assert.match(codes.refused[0][1], /expected a GPU that this page may use/)
    assert.match(codes.refused[1][1], /onnxruntime-web\/webgpu/)
  } finally {
    await browser.close()
    await server.close()
  }
})
