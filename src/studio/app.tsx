import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { giveToken, needsToken, token } from './api.js'
import { CompareView } from './compare/compare-view.js'
import { Icon } from './components/icons.js'
import { LabelView } from './label/label-view.js'
import { ProjectsView } from './projects/projects-view.js'
import { ReviewView } from './review/review-view.js'
import {
  address,
  go,
  loadProject,
  loadStudio,
  notice,
  project,
  projectId,
  showError,
  studio,
  theme,
  VIEWS,
  type View,
  view,
} from './state.js'
import { TrainView } from './train/train-view.js'
import { TryView } from './try/try-view.js'

const NAMES: Readonly<Record<View, string>> = {
  try: 'Try',
  label: 'Label',
  train: 'Train',
  review: 'Review',
  compare: 'Compare',
}

const PAGES: Readonly<Record<View, ComponentType>> = {
  try: TryView,
  label: LabelView,
  train: TrainView,
  review: ReviewView,
  compare: CompareView,
}

export function App() {
  // Again with another token: the server may have refused without it.
  useEffect(() => void loadStudio().catch(showError), [token.value])
  useEffect(() => void loadProject().catch(showError), [projectId.value, token.value])
  // Keys go to the view that was opened, not to the link that opened it.
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
  }, [view.value, projectId.value])
  const Page = PAGES[view.value]
  const isTokenWanted =
    needsToken.value === 'everything' || (needsToken.value === 'studio' && view.value !== 'try')
  const isOpen = project.value !== null && project.value.id === projectId.value
  return (
    <>
      <header class="bar">
        <a class="brand" href="#/try">
          Nerite
        </a>
        <nav aria-label="Views">
          <ul class="tabs">
            {VIEWS.map(name => (
              <li key={name}>
                <a href={address(name)} aria-current={view.value === name ? 'page' : undefined}>
                  <Icon name={name} />
                  {NAMES[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="bar-end">
          <ProjectChoice />
          <ThemeButton />
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        {notice.value && (
          <div class={`notice ${notice.value.isBad ? 'bad' : ''}`} role="alert">
            <p>{notice.value.text}</p>
            <button type="button" class="plain" onClick={() => (notice.value = null)}>
              Close
            </button>
          </div>
        )}
        {isTokenWanted && <TokenForm />}
        {view.value === 'try' || isOpen ? (
          <Page key={projectId.value ?? ''} />
        ) : (
          !isTokenWanted && <ProjectsView />
        )}
      </main>
    </>
  )
}

function ProjectChoice() {
  if (studio.value.projects.length === 0) return null
  return (
    <select
      aria-label="Project"
      value={projectId.value ?? ''}
      onChange={event => {
        const to = event.currentTarget.value
        go(view.value === 'try' ? 'label' : view.value, to === '' ? null : to)
      }}
    >
      <option value="">All projects</option>
      {studio.value.projects.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

const THEMES = ['auto', 'light', 'dark']

function ThemeButton() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]
  return (
    <button
      type="button"
      class="icon"
      title={`Colors: ${theme.value}. Change to ${next}`}
      aria-label={`Colors: ${theme.value}. Change to ${next}`}
      onClick={() => (theme.value = next)}
    >
      <Icon name="theme" />
    </button>
  )
}

function TokenForm() {
  return (
    <form
      class="panel form"
      onSubmit={event => {
        event.preventDefault()
        giveToken(String(new FormData(event.currentTarget).get('token') ?? '').trim())
      }}
    >
      <h2>This server asks for its token</h2>
      <label class="field">
        Token, as nerite serve printed it
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <div>
        <button type="submit" class="primary">
          Use it
        </button>
      </div>
    </form>
  )
}
