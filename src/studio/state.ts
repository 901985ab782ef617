/** What all views share. */
import { computed, effect, signal } from '@preact/signals'
import { get, Refusal, STUDIO } from './api.js'
import type { ProjectDetail, StudioState } from './server-data.js'

export const VIEWS = ['try', 'label', 'train', 'review', 'compare'] as const
export type View = (typeof VIEWS)[number]

/** Where the reader is: `#/label/PROJECT`. */
export const route = signal(readRoute())
export const view = computed(() => route.value.view)
export const projectId = computed(() => route.value.project)

function readRoute(): { readonly view: View; readonly project: string | null } {
  const [, name = '', project = ''] = location.hash.split('/')
  const found = VIEWS.find(each => each === name) ?? 'try'
  return { view: found, project: /^[a-z0-9]+$/.test(project) ? project : null }
}

export function address(to: View, project: string | null = projectId.value): string {
  return project === null ? `#/${to}` : `#/${to}/${project}`
}

export function go(to: View, project: string | null = projectId.value): void {
  location.hash = address(to, project)
}

addEventListener('hashchange', () => (route.value = readRoute()))

export const studio = signal<StudioState>({ models: [], projects: [] })
export const project = signal<ProjectDetail | null>(null)

/** The model that Try shows first. */
export const preferred = signal('')

/** The document that Label opens first. */
export const toOpen = signal<number | null>(null)

/** Something that the reader should know; gone when they close it. */
export const notice = signal<{ readonly text: string; readonly isBad: boolean } | null>(null)

/** Shows what went wrong, in the server's own words. */
export function showError(error: unknown): void {
  if ((error as Error).name === 'AbortError') return
  // The page asks for it where it is needed.
  if (error instanceof Refusal && error.code === 'request/token') return
  const text =
    error instanceof Refusal ? error.message : 'Something went wrong in this page. Reload it, please.'
  if (!(error instanceof Refusal)) console.error(error)
  notice.value = { text, isBad: true }
}

/** Runs what a button does: what goes wrong is shown. */
export async function attempt<Made>(work: () => Promise<Made>): Promise<Made | undefined> {
  notice.value = null
  try {
    return await work()
  } catch (error) {
    showError(error)
    return undefined
  }
}

export async function loadStudio(): Promise<void> {
  studio.value = await get<StudioState>(`${STUDIO}/state`)
}

export async function loadProject(): Promise<void> {
  const id = projectId.value
  const found = id === null ? null : await get<ProjectDetail>(`${STUDIO}/projects/${id}`)
  if (projectId.value === id) project.value = found
}

const stored = (name: string, fallback: string) => signal(localStorage.getItem(`nerite-${name}`) ?? fallback)

/** Who labels here. */
export const annotator = stored('annotator', 'me')
export const theme = stored('theme', 'auto')

effect(() => localStorage.setItem('nerite-annotator', annotator.value))
effect(() => {
  localStorage.setItem('nerite-theme', theme.value)
  if (theme.value === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme.value
})
