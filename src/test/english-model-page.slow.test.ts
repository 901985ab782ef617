import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { servePages } from './testing/page-server.js'

type Nerite = typeof import('../browser.js')

const MODEL = fileURLToPath(new URL('../../models/en/model', import.meta.url))
const TEXTS = [
  'Angela Merkel met Emmanuel Macron in Berlin on Tuesday. They flew on to Lima with Air France.',
  'omg just saw beyoncé at heathrow 😀😀 #london',
  'STORM HITS FLORIDA; GOVERNOR ASKS WASHINGTON FOR HELP',
  'The University of Oxford lent "Mrs. Dalloway" to the British Museum in 1925, wrote Dr. Okonkwo of Nairobi.',
  'a cup of tea, two biscuits and my old pyjamas',
  '',
]

test('the English model finds the same in Chromium as in Node.js', { skip: noChromium }, async () => {
  const tagger = await loadTagger(MODEL)
  const expected = await tagger.tag(TEXTS)
  await tagger.release()
  const browser = await launchChromium()
  const server = await servePages(true, { en: MODEL })
  try {
    const { page, complaints } = await openPage(browser, server.url)
    const found = await page.evaluate(async texts => {
      const load = (path: string) => import(path)
      const { loadTaggerFrom, runAt } = (await load('/dist/browser.js')) as Nerite
      const tagger = await loadTaggerFrom(runAt('/runs/en/'))
      return tagger.tag(texts)
    }, TEXTS)
    const places = (lists: typeof expected) =>
      lists.map(entities => entities.map(({ start, end, type }) => `${start}-${end} ${type}`))
    assert.deepEqual(places(found), places(expected))
    expected.flat().forEach(({ score }, i) => {
      assert.ok(Math.abs(found.flat()[i].score - score) < 1e-4, `${found.flat()[i].score}, not ${score}`)
    })
    assert.ok(expected.flat().length >= 8 && expected.length === 6)
    assert.deepEqual([complaints, server.missing], [[], []])
  } finally {
    await browser.close()
    await server.close()
  }
})
