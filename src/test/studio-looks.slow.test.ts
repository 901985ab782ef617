/** Every view of the studio with data in it: accessible, as wide as the screen, and deaf to what hostile texts say. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { HOSTILE } from '../report/testing/hostile.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { LETTERS, labeledProject, type ProjectContent } from './testing/labeled-project.js'
import { type StudioServer, startStudio } from './testing/studio-server.js'

const skip = noChromium
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const folder = temporaryFolder()
let browser: Browser | undefined
let server: StudioServer | undefined
let letters = ''

before(async () => {
  if (skip) return
  browser = await launchChromium()
  server = await startStudio(join(folder.path, 'studio'))
  letters = await labeledProject(server, LETTERS)
  await server.ask(`/studio-api/projects/${letters}/runs/2/serve`, { method: 'POST' })
})
after(async () => {
  await browser?.close()
  await server?.kill()
  folder.remove()
})

interface Look {
  readonly hash: string
  /** Prepares what is to be seen. */
  readonly see: (page: Page) => Promise<unknown>
}

const tab = (name: string) => async (page: Page) => page.getByRole('tab', { name }).click()

/** What there is to see of a project. */
const looks = (id: string): Readonly<Record<string, Look>> => ({
  try: { hash: '#/try', see: page => page.locator('.strip li').first().waitFor() },
  projects: { hash: '#/label', see: page => page.getByText('New project').waitFor() },
  label: { hash: `#/label/${id}`, see: page => page.locator('mark.suggested').first().waitFor() },
  train: { hash: `#/train/${id}`, see: page => page.locator('figure svg').first().waitFor() },
  errors: { hash: `#/review/${id}`, see: page => page.locator('.facts').waitFor() },
  suspects: { hash: `#/review/${id}`, see: tab('Labels that look wrong') },
  annotators: {
    hash: `#/review/${id}`,
    see: async page => {
      await tab('Annotators')(page)
      await page.locator('.facts').waitFor()
    },
  },
  export: { hash: `#/review/${id}`, see: tab('Export') },
  compare: {
    hash: `#/compare/${id}`,
    see: async page => {
      for (const box of await page.getByRole('checkbox').all()) await box.check()
      await page.getByRole('button', { name: 'Compare' }).click()
      await page.getByText('Settings that differ').waitFor()
    },
  },
})

async function show(page: Page, { hash, see }: Look): Promise<void> {
  await page.evaluate(to => {
    location.hash = to
  }, hash)
  await see(page)
}

test('every view is accessible by axe’s rules and as wide as the screen, light and dark, wide and narrow', {
  skip,
}, async () => {
  if (!browser || !server) throw new Error('no browser')
  let checked = 0
  const faults: string[] = []
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [390, 'dark'],
    [1280, 'dark'],
    [390, 'light'],
  ] as const) {
    const viewport = { width, height: 900 }
    const { page, complaints, close } = await openPage(browser, server.start, {
      viewport,
      colorScheme,
      reducedMotion: 'reduce',
    })
    await page.evaluate(axe)
    for (const [name, look] of Object.entries(looks(letters))) {
      await show(page, look)
      const where = `${name}, ${width}, ${colorScheme}`
      const { passes, violations, wide } = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') }
        const results = await axe.run(document)
        return {
          passes: results.passes.length,
          violations: results.violations.map(
            ({ id, nodes }) =>
              `${id} (${nodes.length}): ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`,
          ),
          wide: document.documentElement.scrollWidth - innerWidth,
        }
      })
      assert.ok(passes > 20, `${where}: ${passes} rules`)
      faults.push(...violations.map(fault => `${where}: ${fault}`))
      if (wide > 0) faults.push(`${where}: ${wide} pixels too wide`)
      checked++
    }
    assert.deepEqual(complaints, [])
    await close()
  }
  assert.deepEqual(faults, [])
  assert.equal(checked, 36)
})

const hostileContent = (): ProjectContent => {
  const plain = HOSTILE.filter(text => !/[\0\ud800-\udfff\p{Cc}]/u.test(text))
  return {
    name: plain.slice(0, 3).join(' ').slice(0, 190),
    types: ['<img/src=x/onerror="window.hacked=1">', '</style><script>window.hacked=2</script>'],
    people: plain.slice(0, 5),
    places: plain.slice(5, 9),
    file: `${plain[0].replaceAll('/', '')}.txt`,
  }
}

test('hostile texts, types and names are shown as text in every view', { skip }, async () => {
  if (!browser || !server) throw new Error('no browser')
  const id = await labeledProject(server, hostileContent())
  const { url, start } = server
  let opened = 0
  // Once as shipped, and once without the content security policy: how pages are made must be enough.
  for (const bypassCSP of [false, true]) {
    const { page, complaints, close } = await openPage(browser, start, {
      bypassCSP,
      onPage: (page, complaints) => {
        page.on('request', request => {
          if (!request.url().startsWith(url)) complaints.push(request.url())
        })
        page.on('response', response => {
          if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
        })
        page.on('dialog', dialog => {
          complaints.push('a dialog')
          void dialog.dismiss()
        })
      },
    })
    for (const [name, look] of Object.entries(looks(id))) {
      await show(page, look)
      const found = await page.evaluate(() => ({
        hacked: 'hacked' in window,
        strange: document.querySelectorAll(
          'iframe, object, embed, script:not([src]), main img, main link, main style, main meta',
        ).length,
      }))
      assert.deepEqual(found, { hacked: false, strange: 0 }, name)
      opened++
    }
    assert.deepEqual(complaints, [])
    await close()
  }
  assert.equal(opened, 18)
})
