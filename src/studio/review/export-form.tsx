import { useSignal } from '@preact/signals'
import { STUDIO, send } from '../api.js'
import { attempt, project } from '../state.js'
import { EXPORTED } from './exported.js'

/** The labels as a file, in any corpus format. */
export function ExportForm() {
  const format = useSignal('jsonl')
  const annotator = useSignal('')
  const done = useSignal('')
  const opened = project.value
  if (!opened) return null
  const save = () =>
    attempt(async () => {
      const query = new URLSearchParams({
        format: format.value,
        ...(annotator.value !== '' && { annotator: annotator.value }),
      })
      const response = await send(`${STUDIO}/projects/${opened.id}/export?${query}`)
      const name =
        /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'labels'
      const address = URL.createObjectURL(await response.blob())
      const link = document.createElement('a')
      Object.assign(link, { href: address, download: name }).click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
      const losses = JSON.parse(decodeURIComponent(response.headers.get('x-nerite-losses') ?? '%5B%5D')) as {
        what: string
      }[]
      done.value = [
        `${response.headers.get('x-nerite-documents')} texts in ${name}.`,
        ...losses.map(({ what }) => `Lost in this format: ${what}.`),
      ].join(' ')
    })
  const { accepted, partial, annotators } = opened.progress
  return (
    <section class="panel stack" aria-label="Export">
      <p class="muted">
        {accepted} texts are labeled, {partial} in part.
        {opened.disputed > 0 &&
          ` ${opened.disputed} on which annotators disagree are left out until somebody decides.`}
      </p>
      <div class="row end">
        <label class="field">
          Format
          <select value={format.value} onChange={event => (format.value = event.currentTarget.value)}>
            {EXPORTED.map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="field">
          Labels of
          <select value={annotator.value} onChange={event => (annotator.value = event.currentTarget.value)}>
            <option value="">everyone, where they agree</option>
            {annotators.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="button" class="primary" onClick={() => void save()}>
          Save file
        </button>
      </div>
      <p role="status" class="small">
        {done.value}
      </p>
    </section>
  )
}
