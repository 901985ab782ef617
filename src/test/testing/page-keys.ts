import type { Page } from 'playwright-core'

/** Goes from one control to the next until one has this name, by the Tab key alone. @throws after a whole round */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const isIt = (found: string) => (typeof name === 'string' ? found === name : name.test(found))
  const seen: string[] = []
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const { activeElement: element } = document
      if (!(element instanceof HTMLElement)) return ''
      const labels = 'labels' in element ? [...(element.labels as NodeListOf<HTMLElement>)] : []
      const label = element.getAttribute('aria-label') ?? labels[0]?.firstChild?.textContent
      return (label ?? element.textContent ?? '').trim()
    })
    if (isIt(found)) return
    seen.push(found)
  }
  throw new Error(`no control is called ${name}: ${[...new Set(seen)].join(' | ')}`)
}
