import { go } from '../state.js'

/** What a part shows before there is a run. */
export function NoRun({ children }: { readonly children: string }) {
  return (
    <div class="panel empty">
      <p>{children}</p>
      <button type="button" onClick={() => go('train')}>
        Go to Train
      </button>
    </div>
  )
}
