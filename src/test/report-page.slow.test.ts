import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { isRight } from '../report/choose-sentences.js'
import { renderReport } from '../report/render-report.js'
import type { ReportData } from '../report/report-data.js'
import { HOSTILE } from '../report/testing/hostile.js'
import { sampleReport } from '../report/testing/sample-data.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'

const skip = noChromium
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const folder = temporaryFolder()
let browser: Browser | undefined

before(async () => {
  if (!skip) browser = await launchChromium()
})
after(async () => {
  await browser?.close()
  folder.remove()
})

/** Pages by name: each report is rendered once, however often it is opened. */
const rendered = new Map<string, Promise<string>>()

/** Opens a report. Complaints are console messages, errors, and all requests except for the page itself. */
async function open(name: string, data: () => ReportData, options: BrowserContextOptions = {}) {
  const write = async () => {
    const file = join(folder.path, `${name}.html`)
    writeFileSync(file, await renderReport(data()))
    return pathToFileURL(file).href
  }
  const known = rendered.get(name) ?? write()
  rendered.set(name, known)
  const url = await known
  if (!browser) throw new Error('no browser')
  return openPage(browser, url, {
    ...options,
    onPage: (page, complaints) => {
      page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
      page.on('request', request => {
        if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(request.url())
      })
      page.on('dialog', dialog => void dialog.dismiss())
    },
  })
}

const hostileReport = () =>
  sampleReport({
    name: HOSTILE.join(''),
    words: HOSTILE,
    types: HOSTILE.map(text => text.replace(/[\s\0]/g, '_')),
    sentences: 60,
  })

test('the page opens without errors and requests nothing', { skip }, async () => {
  const { page, complaints, close } = await open('sample', sampleReport)
  assert.equal(
    await page.evaluate(() => document.documentElement.className),
    'has-js',
    'the script has not run',
  )
  assert.deepEqual(complaints, [])
  await close()
})

test('hostile text runs, loads and hides nothing', { skip }, async () => {
  // Once as shipped, and once without the content security policy: escaping alone must be enough.
  let opened = 0
  for (const bypassCSP of [false, true]) {
    const { page, complaints, close } = await open('hostile', hostileReport, { bypassCSP })
    assert.equal(await page.evaluate(() => (window as { hacked?: number }).hacked), undefined)
    await page.getByRole('button', { name: 'Open all' }).click()
    for (const input of await page.locator('input[type=search]').all()) await input.fill('<img')
    for (const select of await page.locator('select').all()) await select.selectOption({ index: 1 })
    await page.locator('button[data-play=next]').click()
    await page.mouse.move(200, 300)
    assert.equal(await page.evaluate(() => (window as { hacked?: number }).hacked), undefined)
    assert.equal(await page.locator('details.fold').count(), 17)
    assert.deepEqual(complaints, [])
    await close()
    opened++
  }
  assert.equal(opened, 2)
})

test('accessible by axe’s rules, and no wider than the screen, light and dark, wide and narrow', {
  skip,
}, async () => {
  const data = sampleReport({ sentences: 25 })
  let checked = 0
  for (const width of [1280, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await open('small', () => data, {
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      })
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      assert.ok(wider <= 0, `${width} ${colorScheme}: ${wider} pixels too wide`)
      await page.evaluate(axe)
      const { passes, violations } = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') }
        const results = await axe.run(document)
        return {
          passes: results.passes.length,
          violations: results.violations.map(
            ({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 200)}`,
          ),
        }
      })
      assert.ok(passes > 20, `${passes} rules`)
      assert.deepEqual(violations, [], `${width} ${colorScheme}`)
      await close()
      checked++
    }
  assert.equal(checked, 4)
})

test('the error browser filters', { skip }, async () => {
  const data = sampleReport({ sentences: 200 })
  const { page, close } = await open('large', () => data)
  await page.locator('#error-browser > summary').click()
  const errors = page.locator('#error-browser')
  const shown = errors.locator('ol.list > li:visible')
  const { items } = data.evaluation.errors
  assert.ok(items.length > 60)
  assert.equal(await shown.count(), 20)
  await errors.getByRole('button', { name: 'Show more' }).click()
  assert.equal(await shown.count(), 40)
  await errors.locator('[data-filter=kind]').selectOption('type')
  const wrongType = items.filter(({ kind }) => kind === 'type')
  assert.equal(
    await errors.getByRole('status').textContent(),
    `${Math.min(20, wrongType.length)} of ${wrongType.length} shown`,
  )
  await errors.locator('[data-filter=gold]').selectOption('PER')
  await errors.locator('[data-filter=score]').selectOption('0.8')
  const narrowed = wrongType.filter(
    ({ gold, predicted }) => gold?.type === 'PER' && (predicted?.score ?? 0) >= 0.8,
  )
  assert.ok(narrowed.length > 0 && narrowed.length < 20, `${narrowed.length}`)
  assert.equal(await shown.count(), narrowed.length)
  await errors.locator('[data-filter=text]').fill('no such text')
  assert.equal(await shown.count(), 0)
  await close()
})

test('tag probabilities play token by token', { skip }, async () => {
  const data = sampleReport()
  const { page, complaints, close } = await open('sample', () => data)
  await page.locator('#probabilities > summary').click()
  const part = page.locator('#probabilities')
  const status = part.getByRole('status')
  // Sentences with errors come first.
  const items = data.probabilities?.sentences.items ?? []
  const [first, second] = [...items.filter(item => !isRight(item)), ...items.filter(isRight)]
  assert.match((await status.textContent()) ?? '', new RegExp(`^Token 1 of ${first.tokens.length}: `))
  await part.getByRole('button', { name: 'Next' }).click()
  assert.match((await status.textContent()) ?? '', new RegExp(`^Token 2 of ${first.tokens.length}: `))
  const bars = await part.locator('.bars span:nth-child(3n)').allTextContents()
  assert.deepEqual(
    bars,
    first.perMille[1].map(value => `${((value < 5 ? 0 : value) / 10).toFixed(1)}%`),
  )
  await part.locator('[data-choose]').selectOption('1')
  await part.locator('[data-speed]').selectOption('fast')
  await part.getByRole('button', { name: 'Play' }).click()
  await part.getByRole('button', { name: 'Play' }).waitFor()
  assert.match(
    (await status.textContent()) ?? '',
    new RegExp(`^Token ${second.tokens.length} of ${second.tokens.length}: `),
  )
  assert.equal(await part.locator('tr.now:visible').count(), 1)
  assert.deepEqual(complaints, [])
  await close()
})

test('on paper every fold is open and the controls are gone', { skip }, async () => {
  const { page, close } = await open('sample', sampleReport)
  await page.emulateMedia({ media: 'print' })
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
  assert.equal(await page.locator('details.fold:not([open])').count(), 0)
  assert.equal(await page.locator('.controls:visible, button:visible, nav:visible').count(), 0)
  // How much of a list is printed is said.
  assert.match(
    (await page.locator('#error-browser [data-status]:visible').textContent()) ?? '',
    /^20 of \d+ shown$/,
  )
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  assert.equal(await page.locator('details.fold:not([open])').count(), 16)
  const pdf = await page.pdf({ format: 'A4' })
  assert.ok(pdf.length > 50_000, `${pdf.length} bytes`)
  await close()
})

test('the first screen has the verdict and both steps, and the rest folds', { skip }, async () => {
  let checked = 0
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ]) {
    const { page, close } = await open('sample', sampleReport, { viewport: { width, height } })
    const bottoms = await page
      .locator('#verdict, .compare, .next li')
      .evaluateAll(elements => elements.map(element => element.getBoundingClientRect().bottom))
    assert.equal(bottoms.length, 4)
    for (const bottom of bottoms) assert.ok(bottom > 0 && bottom <= height, `${width}: ${bottom}`)
    const whole = await page.evaluate(() => document.documentElement.scrollHeight)
    assert.ok(whole < 5000, `${width}: ${whole} pixels`)
    await close()
    checked++
  }
  assert.equal(checked, 2)
})

test('a step leads to an open fold, and the index says where one is', { skip }, async () => {
  const { page, complaints, close } = await open('sample', sampleReport)
  const step = page.locator('.next a').first()
  const href = (await step.getAttribute('href')) ?? ''
  await page.locator(href).evaluate((fold: HTMLDetailsElement) => {
    fold.open = false
  })
  await step.click()
  await page.locator(`${href}[open]`).waitFor()
  await page.locator('nav a', { hasText: 'Model' }).click()
  await page.locator('nav a[aria-current]', { hasText: 'Model' }).waitFor()
  assert.deepEqual(complaints, [])
  await close()
})

test('without JavaScript everything can be read', { skip }, async () => {
  const { page, close } = await open('sample', sampleReport, { javaScriptEnabled: false })
  await page.locator('#sentences > summary').click()
  const items = sampleReport().evaluation.sentences.items.length
  assert.equal(await page.locator('#sentences ol.list > li:visible').count(), items)
  assert.equal(await page.locator('.js:visible').count(), 0)
  await close()
})

test('long names, many types and text from right to left stay within the screen', { skip }, async () => {
  const data = sampleReport({
    sentences: 60,
    types: Array.from({ length: 18 }, (_, i) => `EVENT_OF_A_VERY_LONG_NAME_${i}`),
    words: ['כתבה', 'עדה', 'ללונדון', '.', 'x'.repeat(90)],
    name: `${'long-'.repeat(30)}.conll`,
  })
  let checked = 0
  for (const width of [1280, 390, 320]) {
    const { page, close } = await open('wide', () => data, { viewport: { width, height: 844 } })
    await page.getByRole('button', { name: 'Open all' }).click()
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wider <= 0, `${width}: ${wider} pixels too wide`)
    const matrix = await page.locator('.matrix').first().boundingBox()
    const card = await page.locator('#confusion > .body').boundingBox()
    assert.ok(matrix && card && matrix.width <= card.width, `${width}: the matrix is clipped`)
    if (width > 600) assert.ok(matrix.width > card.width - 40, `${width}: ${matrix.width} of ${card.width}`)
    await close()
    checked++
  }
  assert.equal(checked, 3)
})
