import type { LabelType } from '../../label/label-type.js'

/** What a key means in the editor. */
export type Command =
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'move'; readonly step: 1 | -1; readonly extend: boolean; readonly free: boolean }
  | { readonly kind: 'jump'; readonly step: 1 | -1 }
  | {
      readonly kind:
        | 'accept'
        | 'accept-part'
        | 'skip'
        | 'undo'
        | 'remove'
        | 'same'
        | 'same-everywhere'
        | 'release'
        | 'help'
    }

export type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>

const PLAIN: Readonly<Record<string, Command>> = {
  ' ': { kind: 'skip' },
  Backspace: { kind: 'undo' },
  Delete: { kind: 'remove' },
  Escape: { kind: 'release' },
  ArrowDown: { kind: 'jump', step: 1 },
  ArrowUp: { kind: 'jump', step: -1 },
  '=': { kind: 'same' },
  '+': { kind: 'same-everywhere' },
  '?': { kind: 'help' },
}

/** What a key does; `undefined` for one that is the browser's. */
export function commandOf(event: Key, types: readonly LabelType[]): Command | undefined {
  const { key, shiftKey: extend, altKey: free, ctrlKey, metaKey } = event
  if (ctrlKey || metaKey) return key.toLowerCase() === 'z' && !extend ? { kind: 'undo' } : undefined
  if (key === 'ArrowRight' || key === 'ArrowLeft')
    return { kind: 'move', step: key === 'ArrowRight' ? 1 : -1, extend, free }
  if (free) return undefined
  if (key === 'Enter') return { kind: extend ? 'accept-part' : 'accept' }
  const type = types.find(each => each.key === key.toLowerCase())
  if (type) return { kind: 'type', type: type.name }
  return PLAIN[key]
}

/** The keys as they are explained. */
export const KEY_HELP: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  {
    keys: ['1', 'a'],
    does: 'mark the selection with the type of this key; without a selection, keep the type for the mouse',
  },
  { keys: ['←', '→'], does: 'select the next token; with Shift, extend; with Alt, go by characters' },
  { keys: ['↑', '↓'], does: 'go to the previous or next entity or suggestion' },
  { keys: ['Del'], does: 'take away what the selection touches' },
  { keys: ['='], does: 'mark the same string in the rest of the text' },
  { keys: ['+'], does: 'suggest the same string in all other texts' },
  { keys: ['Enter'], does: 'accept what is shown, suggestions too, and go on' },
  { keys: ['Shift', 'Enter'], does: 'accept only up to the selection, and go on' },
  { keys: ['Space'], does: 'skip: say nothing of this text' },
  { keys: ['⌫'], does: 'undo; when there is nothing left, go back to the text before' },
  { keys: ['Esc'], does: 'let go of the selection, then of the type' },
]
