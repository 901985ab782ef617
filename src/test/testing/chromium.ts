import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const executablePath = PLACES.find(path => path !== undefined && existsSync(path))

/**
 * Milliseconds until a condition that does not come true fails its test. Nothing is expected to take this long: a busy
 * machine may be slow, and only a condition that never comes true is a fault.
 */
const PATIENCE = 600_000

/** Why tests in a page can't run, if they can't: for node:test's `skip`. */
export const noChromium: string | false =
  executablePath === undefined && 'no Chromium here: install it, or set CHROMIUM_PATH'

/** @param options `gpu`: with WebGPU on a GPU that is only software, which is slow and computes what another would */
export function launchChromium({ gpu = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: PATIENCE,
    args: [
      '--no-sandbox',
      ...(gpu ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : ['--disable-gpu']),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface OpenedPage {
  readonly page: Page
  /** Console messages and errors. */
  readonly complaints: string[]
  readonly close: () => Promise<void>
}

/**
 * Opens a page in its own context and collects its console messages and errors.
 * @param options `onPage` prepares the page before it is loaded; the rest is for the context
 */
export async function openPage(
  browser: Browser,
  url: string,
  {
    onPage,
    ...options
  }: BrowserContextOptions & { readonly onPage?: (page: Page, complaints: string[]) => void } = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  onPage?.(page, complaints)
  await page.goto(url)
  return { page, complaints, close: () => context.close() }
}
