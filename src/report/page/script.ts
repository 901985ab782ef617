/**
 * What runs in the report: filters, the token player, folds and the index. Each function becomes part of the page
 * as its own source text, so it can use the DOM and the others in `pageScript`, and nothing else of this module. The page
 * is complete without them; they only hide, show, and write text, never markup.
 */

/** Items shown at first and added by the button. */
function browse(root: HTMLElement): void {
  const STEP = 20
  const items = [...root.querySelectorAll<HTMLElement>('ol.list > li')]
  const controls = [...root.querySelectorAll<HTMLSelectElement | HTMLInputElement>('[data-filter]')]
  const status = root.querySelector<HTMLElement>('[data-status]')
  const more = root.querySelector<HTMLButtonElement>('button[data-more]')
  let limit = STEP
  const matches = (item: HTMLElement, control: HTMLSelectElement | HTMLInputElement): boolean => {
    const { value } = control
    const key = control.dataset.filter ?? ''
    if (value === '') return true
    if (key === 'text') return (item.textContent ?? '').toLowerCase().includes(value.toLowerCase())
    if (key === 'score') return Number(item.dataset.score ?? '-1') >= Number(value)
    return (item.dataset[key] ?? '').split('\n').includes(value)
  }
  const show = (): void => {
    const found = items.filter(item => controls.every(control => matches(item, control)))
    const shown = new Set(found.slice(0, limit))
    for (const item of items) item.hidden = !shown.has(item)
    if (status) status.textContent = `${Math.min(limit, found.length)} of ${found.length} shown`
    if (more) more.hidden = found.length <= limit
  }
  for (const control of controls)
    control.addEventListener('input', () => {
      limit = STEP
      show()
    })
  more?.addEventListener('click', () => {
    const before = items.filter(item => !item.hidden).length
    limit += STEP
    show()
    const next = items.filter(item => !item.hidden)[before]
    if (next) {
      next.tabIndex = -1
      next.focus()
    }
  })
  show()
}

/** Shows one of several parts, chosen in a list. */
function choose(root: HTMLElement): void {
  const select = root.querySelector<HTMLSelectElement>('select[data-choose]')
  const parts = [...root.querySelectorAll<HTMLElement>('[data-part]')]
  if (!select) return
  const show = (): void => {
    parts.forEach((part, i) => {
      part.hidden = String(i) !== select.value
    })
    root.dispatchEvent(new CustomEvent('chosen'))
  }
  select.addEventListener('input', show)
  show()
}

/** Plays a heat map of tag probabilities token by token. */
function play(root: HTMLElement): void {
  const button = (name: string) => root.querySelector<HTMLButtonElement>(`button[data-play="${name}"]`)
  const bars = root.querySelector<HTMLElement>('.bars')
  const status = root.querySelector<HTMLElement>('[data-status]')
  const toggle = button('toggle')
  let at = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const rows = (): HTMLTableRowElement[] => [
    ...root.querySelectorAll<HTMLTableRowElement>('[data-part]:not([hidden]) tbody tr'),
  ]
  const add = (name: string, text: string): HTMLElement => {
    const element = document.createElement(name)
    element.textContent = text
    bars?.append(element)
    return element
  }
  const show = (): void => {
    const all = rows()
    all.forEach((row, i) => {
      row.classList.toggle('now', i === at)
      if (i === at) row.setAttribute('aria-current', 'true')
      else row.removeAttribute('aria-current')
    })
    const row = all[at]
    if (!row || !bars) return
    const names = [...(row.closest('table')?.querySelectorAll('thead th') ?? [])].map(
      head => head.textContent ?? '',
    )
    const cells = [...row.cells].slice(1).map((cell, i) => ({ name: names[i + 1], cell }))
    bars.textContent = ''
    for (const { name, cell } of cells) {
      if (cell.classList.contains('g')) continue
      const share = Number(cell.style.getPropertyValue('--v') || 0)
      add('span', name)
      add('span', '').append(Object.assign(document.createElement('i'), { style: `width:${share * 100}%` }))
      add('span', `${(share * 100).toFixed(1)}%`)
    }
    if (status) {
      const said = cells
        .filter(({ cell }) => cell.classList.contains('g'))
        .map(({ name, cell }) => `${name} ${cell.textContent || 'O'}`)
      status.textContent = `Token ${at + 1} of ${all.length}: ${row.cells[0].textContent}; ${said.join(', ')}`
    }
    const box = row.closest('.scroll')
    if (box && box.scrollHeight > box.clientHeight) box.scrollTop = row.offsetTop - box.clientHeight / 2
  }
  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
    if (toggle) toggle.textContent = 'Play'
    if (status) status.setAttribute('aria-live', 'polite')
  }
  const step = (by: number): void => {
    const last = rows().length - 1
    at = Math.max(0, Math.min(last, at + by))
    show()
    if (timer !== undefined && at === last) stop()
  }
  toggle?.addEventListener('click', () => {
    if (timer !== undefined) {
      stop()
      return
    }
    if (at >= rows().length - 1) at = -1
    if (status) status.setAttribute('aria-live', 'off')
    toggle.textContent = 'Pause'
    const speed = root.querySelector<HTMLSelectElement>('select[data-speed]')
    timer = setInterval(() => step(1), Number(speed?.value ?? 700))
    step(1)
  })
  root.querySelector('select[data-speed]')?.addEventListener('input', stop)
  for (const [name, by] of [
    ['back', -1],
    ['next', 1],
  ] as const)
    button(name)?.addEventListener('click', () => {
      stop()
      step(by)
    })
  root.addEventListener('click', event => {
    const row = event.target instanceof Element ? event.target.closest<HTMLTableRowElement>('tbody tr') : null
    const index = row ? rows().indexOf(row) : -1
    if (index < 0) return
    stop()
    at = index
    show()
  })
  root.addEventListener('chosen', () => {
    stop()
    at = 0
    show()
  })
  show()
}

/** Opens the fold that a link leads to, and all folds by a button. */
function fold(): void {
  const reveal = (): void => {
    const target = document.getElementById(location.hash.slice(1))
    const around = target?.closest('details.fold')
    if (!(around instanceof HTMLDetailsElement) || around.open) return
    around.open = true
    target?.scrollIntoView()
  }
  addEventListener('hashchange', reveal)
  document.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link && link.hash !== '' && link.hash === location.hash) reveal()
  })
  reveal()
  const button = document.querySelector<HTMLButtonElement>('button[data-all]')
  button?.addEventListener('click', () => {
    const folds = [...document.querySelectorAll<HTMLDetailsElement>('details.fold')]
    const open = folds.some(each => !each.open)
    for (const each of folds) each.open = open
    button.textContent = open ? 'Close all' : 'Open all'
  })
}

/** Marks the part that is being read in the index. */
function follow(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('nav a')]
  const parts = links.map(link => document.getElementById(link.hash.slice(1)))
  const mark = (): void => {
    const from = innerHeight / 3
    const isEnd = scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2
    const at = parts.findLastIndex(part => part !== null && part.getBoundingClientRect().top < from)
    const chosen = isEnd ? parts.length - 1 : Math.max(0, at)
    links.forEach((link, i) => {
      if (i === chosen) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
    })
  }
  addEventListener('scroll', mark, { passive: true })
  mark()
}

function start(): void {
  document.documentElement.classList.add('has-js')
  for (const root of document.querySelectorAll<HTMLElement>('[data-browse]')) browse(root)
  for (const root of document.querySelectorAll<HTMLElement>('[data-player]')) play(root)
  for (const root of document.querySelectorAll<HTMLElement>('[data-chooser]')) choose(root)
  follow()
  fold()
  let opened: HTMLDetailsElement[] = []
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details.fold:not([open])')]
    for (const details of opened) details.open = true
  })
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false
  })
}

/** The page's one script, as text. */
export function pageScript(): string {
  return `'use strict';\n${[browse, choose, play, fold, follow, start].map(String).join('\n')}\nstart();`
}

/** Its hash for the page's content security policy: nothing else may run. */
export async function scriptHash(script: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script))
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
}
