import type { RefObject } from 'preact'
import { AnnotatorField } from '../components/annotator-field.js'
import { attempt, project } from '../state.js'
import { KEY_HELP } from './keys.js'
import * as state from './label-state.js'

const ORDERS: readonly (readonly [string, string])[] = [
  ['uncertainty', 'least certain first'],
  ['changes', 'most expected errors first'],
  ['disagreement', 'where sources disagree'],
  ['random', 'by chance'],
  ['corpus', 'as in the file'],
]

/** Who labels, in which order, and with whose suggestions. */
export function SidePanel({ onHelp }: { readonly onHelp: () => void }) {
  const sources = project.value?.sources ?? []
  const isRandom = state.order.value === 'random'
  return (
    <aside class="panel stack" aria-label="How to label">
      <AnnotatorField />
      <label class="field">
        Next text
        <select
          value={state.order.value}
          onChange={event => {
            state.order.value = event.currentTarget.value
            void attempt(state.restart)
          }}
        >
          {ORDERS.map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Mixed with texts by chance
        <select
          disabled={isRandom}
          value={isRandom ? '0' : state.chance.value}
          onChange={event => {
            state.chance.value = event.currentTarget.value
            void attempt(state.restart)
          }}
        >
          {['0', '10', '25', '50'].map(share => (
            <option key={share} value={share}>
              {share === '0' ? 'none' : `${share}%`}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Suggestions
        <select
          value={state.source.value}
          onChange={event => {
            state.source.value = event.currentTarget.value
            const current = state.document.value
            if (current) void attempt(() => state.openDocument(current.number))
          }}
        >
          <option value="">{sources.length === 0 ? 'none yet' : 'all together'}</option>
          {sources.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          {sources.length > 0 && <option value="none">hide them</option>}
        </select>
      </label>
      <p class="small muted num">
        {state.document.value ? `Text ${state.document.value.number + 1}` : ''}
        {state.document.value?.name && ` · ${state.document.value.name}`}
        {state.left.value !== null && ` · ${state.left.value} left for you`}
      </p>
      <div class="touch-none">
        <button type="button" class="plain" onClick={onHelp}>
          All keys <kbd>?</kbd>
        </button>
      </div>
    </aside>
  )
}

export function KeysDialog({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={dialog} aria-labelledby="keys-title">
      <div class="stack">
        <h2 id="keys-title">Keys</h2>
        <dl class="keys">
          {KEY_HELP.map(({ keys, does }) => [
            <dt key={`${does}t`}>
              {keys.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>,
            <dd key={does}>{does}</dd>,
          ])}
        </dl>
        <form method="dialog">
          <button type="submit" class="primary">
            Close
          </button>
        </form>
      </div>
    </dialog>
  )
}
