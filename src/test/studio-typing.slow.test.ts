/** Nothing moves while somebody types or labels: what appears has its place already. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { LETTERS, labeledProject } from './testing/labeled-project.js'
import { type StudioServer, startStudio } from './testing/studio-server.js'

const skip = noChromium
const folder = temporaryFolder()
let browser: Browser | undefined
let server: StudioServer | undefined
let letters = ''

before(async () => {
  if (skip) return
  browser = await launchChromium()
  server = await startStudio(join(folder.path, 'studio'), 'numbers')
  letters = await labeledProject(server, LETTERS)
})
after(async () => {
  await browser?.close()
  await server?.kill()
  folder.remove()
})

/** From now on, what moves is kept: also what moves in answer to a key. */
async function watchShifts(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const shifts: string[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as unknown as {
        value: number
        sources: { node: Element | null }[]
      }[])
        shifts.push(
          `${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => (node?.parentElement?.closest('.offer') ? '#offer' : node?.nodeName)).join(' ')}`,
        )
    }).observe({ type: 'layout-shift' })
  })
  return async () => {
    await page.waitForTimeout(300)
    return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)
  }
}

test('nothing moves while a line is typed in Try, and while texts are labeled by keys', {
  skip,
}, async () => {
  if (!browser || !server) throw new Error('no browser')
  let keys = 0
  for (const width of [1280, 390]) {
    const { page, close } = await openPage(browser, server.start, { viewport: { width, height: 900 } })
    await page.getByLabel('Text').waitFor()
    // Where a text is shown that was there before, the first answer has come.
    await page.getByLabel('Text').fill('On May 3rd')
    await page.locator('mark').first().waitFor()
    await page.waitForTimeout(500)
    const inTry = await watchShifts(page)
    const line = ' she paid $5'
    for (const key of line) {
      await page.keyboard.type(key)
      await page.waitForTimeout(120)
      keys++
    }
    await page.locator('mark').nth(1).waitFor()
    assert.deepEqual(await inTry(), [], `Try, ${width}`)
    await page.evaluate(to => {
      location.hash = to
    }, `#/label/${letters}`)
    await page.locator('mark.suggested').first().waitFor()
    await page.waitForTimeout(500)
    const inLabel = await watchShifts(page)
    for (const key of ['ArrowRight', 'Shift+ArrowRight', '1', 'ArrowRight', 'ArrowRight', '2', 'Backspace']) {
      await page.keyboard.press(key)
      await page.waitForTimeout(120)
      keys++
    }
    // The name of a type takes room in its line, so the words after it move, as do the offers to mark the same string, which
    // name it. Nothing else does.
    const moved = (await inLabel()).filter(shift => !/^0\.0\d+( #text| #offer)+$/.test(shift))
    assert.deepEqual(moved, [], `Label, ${width}`)
    await close()
  }
  assert.equal(keys, 2 * 19)
})
