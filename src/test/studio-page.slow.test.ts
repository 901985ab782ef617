/** The studio in a browser, by keys alone, with a server that is killed on the way. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { runCli } from '../cli/testing/run-cli.js'
import { readSentences } from '../corpus/node/read-corpus.js'
import { spansOf } from '../corpus/sentence-text.js'
import { tokenize } from '../text/tokenize.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { launchChromium, noChromium, openPage } from './testing/chromium.js'
import { tabTo } from './testing/page-keys.js'
import { type StudioServer, startStudio } from './testing/studio-server.js'

const skip = noChromium
const folder = temporaryFolder()
let browser: Browser | undefined
let server: StudioServer | undefined

before(async () => {
  if (skip) return
  browser = await launchChromium()
  server = await startStudio(join(folder.path, 'studio'), 'numbers')
})
after(async () => {
  await browser?.close()
  await server?.kill()
  folder.remove()
})

const PEOPLE = [
  'Ada Lovelace',
  'Charles Babbage',
  'Mary Somerville',
  'Grace Hopper',
  'Alan Kay',
  'Ida Rhodes',
]
const PLACES = ['London', 'Lisbon', 'Paris', 'Boston', 'New Delhi']
const VERBS = ['wrote to', 'met', 'visited', 'answered']
const SENTENCES = Array.from({ length: 60 }, (_, i) => {
  const [first, second] = [PEOPLE[i % 6], PEOPLE[(i * 5 + 1) % 6]]
  return `${first} ${VERBS[i % 4]} ${second} in ${PLACES[i % 5]} on day ${i}.`
})

/** What is to be labeled in a sentence: ranges of tokens with the key of their type. */
function wanted(text: string) {
  const tokens = tokenize(text)
  const find = (names: readonly string[], key: string) =>
    names.flatMap(name => {
      const start = tokens.findIndex(token => token.start === text.indexOf(name))
      return start < 0 ? [] : [{ start, end: start + name.split(' ').length, key }]
    })
  return [...find(PEOPLE, '1'), ...find(PLACES, '2')].sort((a, b) => a.start - b.start)
}

/** The text in the editor, without the names of types. */
function shownText(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.editor [data-at]')].map(each => each.textContent).join(''),
  )
}

async function labelOne(page: Page): Promise<string> {
  const text = await shownText(page)
  let at = -1
  for (const { start, end, key } of wanted(text)) {
    for (; at < start; at++) await page.keyboard.press('ArrowRight')
    for (; at < end - 1; at++) await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press(key)
  }
  await accept(page, text)
  return text
}

/** Accepts what is shown, and waits until it is saved and the next text is there. */
async function accept(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    before => {
      const now = [...document.querySelectorAll('.editor [data-at]')].map(each => each.textContent).join('')
      return now !== before && document.querySelector('.saved')?.textContent?.startsWith('Saved')
    },
    text,
    { polling: 20 },
  )
}

const go = async (page: Page, view: string) => {
  await tabTo(page, view)
  await page.keyboard.press('Enter')
}

test('a project from a text file: 20 sentences, a run, suggestions, a file that corpus check reads', {
  skip,
}, async () => {
  if (!browser || !server) throw new Error('no browser')
  const running = server
  const file = join(folder.path, 'letters.txt')
  writeFileSync(file, `${SENTENCES.join('\n')}\n`)
  const { page, complaints, close } = await openPage(browser, running.start, { acceptDownloads: true })

  await go(page, 'Label')
  await tabTo(page, 'Name')
  await page.keyboard.type('Letters')
  // No key reaches the dialog of the system in which a file is chosen.
  await page.locator('input[type=file]').setInputFiles(file)
  await tabTo(page, 'Types, separated by commas')
  await page.keyboard.type('PER, LOC')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.editor [data-at]')

  const labeled: string[] = []
  for (let i = 0; i < 12; i++) labeled.push(await labelOne(page))
  // What was saved is there, and the page goes on, after the server was killed.
  await running.kill()
  await running.restart()
  for (let i = 0; i < 8; i++) labeled.push(await labelOne(page))
  assert.equal(new Set(labeled).size, 20)
  assert.equal(await page.locator('mark.suggested').count(), 0)

  await page.keyboard.press('Escape')
  await go(page, 'Train')
  await tabTo(page, 'Start training')
  await page.keyboard.press('Enter')
  await page.getByText(/Done\. F1/).waitFor()
  const first = await page.getByText(/Done\. F1/).textContent()
  assert.match(first ?? '', /F1 \d+\.\d% on \d+ held-out texts/)

  await go(page, 'Label')
  await page.waitForSelector('mark.suggested')
  // What is right is accepted with one key; the rest is labeled anew.
  for (let i = 0; i < 4; i++) labeled.push(await labelOne(page))
  await running.kill()
  await running.restart()
  await go(page, 'Train')
  await tabTo(page, 'Start training')
  await page.keyboard.press('Enter')
  await page.getByText(/Done\. F1/).waitFor()
  await page.getByText('in 36 texts').first().waitFor()
  assert.equal(await page.getByRole('button', { name: 'Remove suggestions of run-2' }).count(), 1)
  assert.equal(await page.getByRole('button', { name: 'Remove suggestions of run-1' }).count(), 0)

  await go(page, 'Review')
  await tabTo(page, 'Export')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Save file')
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  const exported = join(folder.path, download.suggestedFilename())
  await download.saveAs(exported)
  assert.equal(exported.split('/').at(-1), 'Letters.jsonl')

  const checked = await runCli('corpus', 'check', exported, '--json')
  assert.equal(checked.code, 0, checked.stderr)
  const found = new Map<string, unknown>()
  for await (const sentence of readSentences(exported))
    found.set(
      sentence.text ?? '',
      spansOf(sentence).map(({ start, end, type }) => ({ start, end, key: type === 'PER' ? '1' : '2' })),
    )
  assert.equal(found.size, 24)
  for (const text of labeled) assert.deepEqual(found.get(text), wanted(text), text)
  // The killed server is all that may be complained of.
  assert.deepEqual(
    complaints.filter(text => !/ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE|Failed to load/.test(text)),
    [],
  )
  await close()
  assert.equal(await running.close(), 0)
  await running.restart()
})

test('the first page takes less than 300 kB, all of it from this server', { skip }, async () => {
  if (!browser || !server) throw new Error('no browser')
  let bytes = 0
  const others: string[] = []
  const sizes: Promise<void>[] = []
  const { url, start } = server
  const { page, close } = await openPage(browser, 'about:blank', {
    onPage: opened => {
      opened.on('request', request => {
        if (!request.url().startsWith(url) && request.url() !== 'about:blank') others.push(request.url())
      })
      opened.on('requestfinished', request => {
        sizes.push(
          request.sizes().then(({ responseBodySize, responseHeadersSize }) => {
            bytes += responseBodySize + responseHeadersSize
          }),
        )
      })
    },
  })
  await page.goto(start)
  await page.getByRole('heading', { name: 'Try' }).waitFor()
  await page.getByLabel('Text').fill('She paid $5 million on May 3rd.')
  await page.locator('mark').first().waitFor()
  await Promise.all(sizes)
  assert.ok(bytes > 10_000 && bytes < 300_000, `${bytes} bytes`)
  assert.deepEqual(others, [])
  await close()
})

test('20,000 tokens: a key redraws a small part of the text', { skip }, async () => {
  if (!browser || !server) throw new Error('no browser')
  const text = Array.from({ length: 2000 }, (_, i) => `${SENTENCES[i % 60]} And more.`).join(' ')
  const query = new URLSearchParams({
    name: 'Long',
    annotator: 'me',
    types: 'PER',
    file: 'a.txt',
    unit: 'text',
  })
  const created = (await (
    await server.ask(`/studio-api/projects?${query}`, { method: 'POST', body: text })
  ).json()) as {
    id: string
    progress: { tokens: number; documents: number }
  }
  assert.ok(created.progress.documents === 1 && created.progress.tokens > 20_000)
  const { page, close } = await openPage(browser, server.start)
  await page.goto(`${server.url}/#/label/${created.id}`)
  await page.waitForSelector('.editor [data-at]')
  const blocks = await page.locator('.editor > .block').count()
  assert.ok(blocks > 100, `${blocks} blocks`)
  const word = page.locator('.editor > .block').nth(3)
  const counted = page.evaluate(
    () =>
      new Promise<number>(resolve => {
        let changes = 0
        const observer = new MutationObserver(records => {
          changes += records.length
        })
        const editor = document.querySelector('.editor')
        if (editor)
          observer.observe(editor, { childList: true, subtree: true, characterData: true, attributes: true })
        addEventListener('keyup', () => setTimeout(() => resolve(changes), 200), { once: true })
      }),
  )
  await word.dblclick({ position: { x: 30, y: 12 } })
  await page.waitForSelector('.editor .selected')
  await page.keyboard.press('1')
  const changes = await counted
  assert.ok(changes > 0 && changes < 100, `${changes} changes`)
  assert.equal(await page.locator('.editor mark').count(), 1)
  await close()
})

test('what the pages are made of is there', () => {
  const page = readFileSync(new URL('../studio/pages/index.html', import.meta.url), 'utf8')
  assert.match(page, /studio\.js/)
  assert.doesNotMatch(page, /<script(?![^>]*src=)/)
})
