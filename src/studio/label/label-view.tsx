import { useEffect, useRef } from 'preact/hooks'
import { post, STUDIO } from '../api.js'
import { colored, colorsOf } from '../components/colors.js'
import { annotator, attempt, notice, project } from '../state.js'
import { Editor } from './editor.js'
import { type Command, commandOf } from './keys.js'
import { KeysDialog, SidePanel } from './label-side.js'
import * as state from './label-state.js'
import * as s from './session.js'

/** Label: one text after the other, by keys alone. */
export function LabelView() {
  const opened = project.value
  const help = useRef<HTMLDialogElement>(null)
  useEffect(() => void attempt(state.restart), [opened?.id, annotator.value])

  const change = (next: (session: s.Session) => s.Session) => {
    if (state.session.value) state.session.value = next(state.session.value)
  }
  const act = (command: Command) => {
    const session = state.session.value
    if (command.kind === 'help') return help.current?.showModal()
    if (!session || state.isBusy.value) return
    void attempt(async () => run(command, session, change))
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target, event.key)) return
      const command = commandOf(event, project.value?.types ?? [])
      if (!command) return
      event.preventDefault()
      act(command)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  if (!opened) return null
  const session = state.session.value
  const colorOf = colorsOf(opened.types.map(({ name }) => name))
  return (
    <>
      <div class="head">
        <h1>{opened.name}</h1>
        <Progress />
      </div>
      <div class="columns">
        <section class="panel sheet" aria-label="Text to label">
          <header class="palette">
            {opened.types.map(({ name, key }) => (
              <button
                key={name}
                type="button"
                style={colored(colorOf(name))}
                aria-pressed={session?.sticky === name}
                onClick={event => {
                  act({ kind: 'type', type: name })
                  event.currentTarget.blur()
                }}
              >
                <i class="swatch" />
                <bdi>{name}</bdi>
                {key && <kbd>{key}</kbd>}
              </button>
            ))}
          </header>
          {session ? (
            <Editor
              session={session}
              colorOf={colorOf}
              onSelect={(range, free) =>
                change(now => {
                  const chosen = s.selectRange(now, range, free)
                  // A click alone only selects; what is dragged or double-clicked gets the sticky type.
                  if (!now.sticky || range.end - range.start < 1) return chosen
                  return { ...s.applyType(chosen, now.sticky), selection: null }
                })
              }
            />
          ) : (
            <div class="editor empty">
              <p>{state.left.value === 0 ? 'Every text of this project is labeled.' : 'Loading…'}</p>
            </div>
          )}
          <footer class="stack tight">
            <Offer session={session} act={act} />
            <Actions session={session} act={act} />
          </footer>
        </section>
        <SidePanel onHelp={() => act({ kind: 'help' })} />
      </div>
      <KeysDialog dialog={help} />
    </>
  )
}

async function run(
  command: Command,
  session: s.Session,
  change: (next: (session: s.Session) => s.Session) => void,
): Promise<void> {
  switch (command.kind) {
    case 'type':
      return change(now => s.applyType(now, command.type))
    case 'move':
      return change(now => s.move(now, command.step, command))
    case 'jump':
      return change(now => s.jump(now, command.step))
    case 'remove':
      return change(s.remove)
    case 'same':
      return change(s.markOtherPlaces)
    case 'release':
      return change(s.release)
    case 'same-everywhere':
      return suggestElsewhere(session)
    case 'undo':
      return session.history.length > 0 ? change(s.undo) : state.goBack()
    case 'skip':
      return state.save({ state: 'skipped', entities: [] })
    case 'accept':
      return state.save({ state: 'accepted', entities: s.acceptedEntities(session) })
    case 'accept-part': {
      const readTo = session.selection?.end ?? session.entities.at(-1)?.end ?? 0
      return state.save({ state: 'partial', entities: s.acceptedUpTo(session, readTo), readTo })
    }
  }
}

async function suggestElsewhere({ last }: s.Session): Promise<void> {
  if (!last || !project.value) return
  const found = await post<{ documents: number; places: number }>(
    `${STUDIO}/projects/${project.value.id}/same`,
    {
      ...last,
      annotator: annotator.value,
    },
  )
  state.forgetAhead()
  notice.value = {
    text: `“${last.text}” is now suggested as ${last.type} in ${found.documents} texts.`,
    isBad: false,
  }
}

/** Whether a key belongs to what has the focus. */
function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('input, select, textarea, dialog, [contenteditable]')) return true
  return (key === 'Enter' || key === ' ') && target.closest('a, button, summary') !== null
}

function Progress() {
  const { progress } = project.value ?? {}
  if (!progress) return null
  const { documents, accepted, partial, skipped } = progress
  const width = (count: number) => ({ width: `${(100 * count) / Math.max(1, documents)}%` })
  return (
    <div class="progress">
      <p class="muted small num">
        {accepted} of {documents} texts labeled
        {partial > 0 && `, ${partial} in part`}
        {skipped > 0 && `, ${skipped} skipped`}
      </p>
      <div class="meter" role="img" aria-label={`${accepted} of ${documents} texts are labeled`}>
        <i style={width(accepted)} />
        <i style={width(partial)} />
      </div>
    </div>
  )
}

interface ActProps {
  readonly session: s.Session | null
  readonly act: (command: Command) => void
}

/** What can be done with the string that was marked last. */
function Offer({ session, act }: ActProps) {
  const places = session ? s.otherPlaces(session).length : 0
  const { last = null, selection = null, sticky = null, text = '' } = session ?? {}
  return (
    <div class="offer small" aria-live="polite">
      {last ? (
        <>
          <span>
            “<bdi>{last.text.slice(0, 40)}</bdi>” is {last.type}.
          </span>
          {places > 0 && (
            <button type="button" onClick={() => act({ kind: 'same' })}>
              {places} more here <kbd>=</kbd>
            </button>
          )}
          <button type="button" onClick={() => act({ kind: 'same-everywhere' })}>
            Suggest in all texts <kbd>+</kbd>
          </button>
        </>
      ) : selection ? (
        <span class="muted">
          Selected: “<bdi>{text.slice(selection.start, selection.end).slice(0, 60)}</bdi>”. Press the key of a
          type.
        </span>
      ) : (
        <span class="muted">
          {sticky
            ? `${sticky} is chosen: select text with the mouse.`
            : 'Select with the arrow keys or the mouse.'}
        </span>
      )}
    </div>
  )
}

function Actions({ session, act }: ActProps) {
  const off = !session || state.isBusy.value
  const suggested = session?.suggested.length ?? 0
  return (
    <div class="row apart">
      <div class="row">
        <button type="button" class="primary accept" disabled={off} onClick={() => act({ kind: 'accept' })}>
          Accept{suggested > 0 && ` with ${suggested} suggested`} <kbd>Enter</kbd>
        </button>
        <button type="button" disabled={off} onClick={() => act({ kind: 'skip' })}>
          Skip <kbd>Space</kbd>
        </button>
        <button type="button" disabled={off} onClick={() => act({ kind: 'undo' })}>
          Undo <kbd>⌫</kbd>
        </button>
      </div>
      <p class="saved small muted" role="status">
        {state.isBusy.value ? 'Saving…' : state.saved.value}
      </p>
    </div>
  )
}
