/** The document at hand, what comes next, and what was done. */
import { signal } from '@preact/signals'
import type { StoredLabel } from '../../label/label.js'
import { unpackOffsets } from '../../label/store/rows.js'
import { get, post, STUDIO } from '../api.js'
import type { OpenDocument, Queue } from '../server-data.js'
import { annotator, loadProject, project, toOpen } from '../state.js'
import { mergedSuggestions, type Session, startSession } from './session.js'

export const document = signal<OpenDocument | null>(null)
export const session = signal<Session | null>(null)
export const left = signal<number | null>(null)
/** What was saved last, for the reader. */
export const saved = signal('')
export const isBusy = signal(false)

/** The order of the queue: an order, and one of so many by chance. */
export const order = signal(localStorage.getItem('nerite-order') ?? 'uncertainty')
export const chance = signal(localStorage.getItem('nerite-chance') ?? '0')
/** Suggestions of one source, of all (`''`), or none (`none`). */
export const source = signal('')

/** Documents that were labeled here, the latest last, and at which desk. */
const before: { readonly desk: string; readonly number: number }[] = []
let ahead:
  | { readonly desk: string; readonly number: number; readonly found: Promise<OpenDocument> }
  | undefined
let queue: number[] = []
/** Where the document at hand was opened. */
let openedAt = ''
/** The type that the mouse marks with, from one text to the next. */
let sticky: string | null = null

function base(): string {
  return `${STUDIO}/projects/${project.value?.id}`
}

/**
 * The project and the annotator. Either may change while the server answers: what was asked for before is not shown after,
 * and what was shown before is not saved after.
 */
function desk(): string {
  return `${base()} ${annotator.value}`
}

function mix(): string {
  const share = Number(chance.value)
  return share > 0 && order.value !== 'random' ? `${order.value}:${100 - share},random:${share}` : order.value
}

async function fetchDocument(number: number): Promise<OpenDocument> {
  return get(`${base()}/documents/${number}?annotator=${encodeURIComponent(annotator.value)}`)
}

async function fillQueue(): Promise<void> {
  const query = new URLSearchParams({ annotator: annotator.value, mix: mix(), limit: '20' })
  const at = desk()
  const found = await get<Queue>(`${base()}/queue?${query}`)
  if (at !== desk()) return
  queue = found.documents.map(({ number }) => number)
  left.value = found.left
}

/** Opens what is next in the queue. */
export async function openNext(): Promise<void> {
  const at = desk()
  if (queue.length === 0) await fillQueue()
  if (at !== desk()) return
  const [number] = queue
  if (number === undefined) {
    document.value = null
    session.value = null
    return
  }
  const coming = ahead?.desk === at && ahead.number === number ? ahead.found : undefined
  // What was asked for ahead may have met a server that was not there for a moment.
  const found = coming?.catch(() => fetchDocument(number)) ?? fetchDocument(number)
  ahead = undefined
  if (!show(await found, at)) return
  queue = queue.filter(each => each !== number)
  const [next] = queue
  if (next !== undefined) {
    const found = fetchDocument(next)
    // What goes wrong is said when it is opened.
    found.catch(() => {})
    ahead = { desk: at, number: next, found }
  }
}

export async function openDocument(number: number): Promise<void> {
  queue = queue.filter(each => each !== number)
  const at = desk()
  show(await fetchDocument(number), at)
}

/** What was fetched ahead may lack the suggestions that there are by now. */
export function forgetAhead(): void {
  ahead = undefined
}

/** Begins anew: another order, another annotator, other suggestions. */
export async function restart(): Promise<void> {
  localStorage.setItem('nerite-order', order.value)
  localStorage.setItem('nerite-chance', chance.value)
  queue = []
  ahead = undefined
  sticky = session.value?.sticky ?? sticky
  session.value = null
  const first = toOpen.value
  toOpen.value = null
  if (first === null) return openNext()
  await fillQueue()
  await openDocument(first)
}

/** @param at where it was asked for @returns whether that is where the reader still is */
function show(opened: OpenDocument, at: string): boolean {
  if (at !== desk()) return false
  openedAt = at
  if (session.value) sticky = session.value.sticky
  document.value = opened
  const { text, label } = opened
  const offsets = unpackOffsets(opened.offsets)
  // What was accepted whole has no open suggestions.
  const suggestions = label?.state === 'accepted' ? [] : suggestionsOf(opened)
  session.value = startSession({ text, offsets }, label?.entities ?? [], suggestions, sticky)
  return true
}

/** The string that was marked elsewhere first, then the latest run, then everything else. */
function suggestionsOf({ suggestions }: OpenDocument) {
  if (source.value === 'none') return []
  const rank = (name: string) => (name === 'same string' ? 0 : /^run-\d+$/.test(name) ? 1 : 2)
  const chosen = suggestions
    .filter(each => source.value === '' || each.source === source.value)
    .sort((a, b) => rank(a.source) - rank(b.source))
  return mergedSuggestions(chosen.map(({ entities }) => entities))
}

/** Saves what is said of the document, and goes on. It counts as saved once the server has it on its disk. */
export async function save(
  label: Pick<StoredLabel, 'state' | 'entities'> & { readonly readTo?: number },
): Promise<void> {
  const opened = document.value
  const at = openedAt
  if (!opened || isBusy.value || at !== desk()) return
  isBusy.value = true
  try {
    const body = { ...label, annotator: annotator.value, revision: opened.label?.revision ?? 0 }
    const stored = await post<StoredLabel>(`${base()}/documents/${opened.number}/label`, body, 'PUT')
    if (before.at(-1)?.desk !== at || before.at(-1)?.number !== opened.number)
      before.push({ desk: at, number: opened.number })
    if (at !== desk()) return
    if (left.value !== null && !opened.label) left.value--
    // If the next text cannot be had now, this one may be saved again.
    document.value = { ...opened, label: stored }
    saved.value = `${SAID[label.state]} text ${opened.number + 1}`
    await openNext()
    void loadProject().catch(() => {})
  } finally {
    isBusy.value = false
  }
}

const SAID = { accepted: 'Saved', partial: 'Saved in part', skipped: 'Skipped' } as const

/** Back to the document that was labeled before this one. */
export async function goBack(): Promise<void> {
  if (isBusy.value) return
  while (before.length > 0 && before.at(-1)?.desk !== desk()) before.pop()
  const number = before.pop()?.number
  if (number === undefined) return
  const current = document.value?.number
  await openDocument(number)
  if (current !== undefined && current !== number) queue.unshift(current)
  saved.value = `Back at text ${number + 1}`
}
