import { useRef, useState } from 'preact/hooks'
import { STUDIO, send } from '../api.js'
import type { ListedProject } from '../server-data.js'
import { address, annotator, attempt, go, loadStudio, studio, view } from '../state.js'

/** All projects, and a form for a new one. */
export function ProjectsView() {
  const { projects } = studio.value
  return (
    <>
      <div class="head">
        <div>
          <h1>{projects.length === 0 ? 'Label your own texts' : 'Projects'}</h1>
          <p class="lead">
            A project is a file of texts and the types of names to find in them. Labels are kept on this
            machine.
          </p>
        </div>
      </div>
      {projects.length > 0 && (
        <section class="panel" aria-label="Projects">
          <ul class="list">
            {projects.map(project => (
              <ProjectLine key={project.id} project={project} />
            ))}
          </ul>
        </section>
      )}
      <NewProject />
    </>
  )
}

function ProjectLine({ project: { id, name, types, progress } }: { readonly project: ListedProject }) {
  const to = view.value === 'try' ? 'label' : view.value
  return (
    <li class="stack tight">
      <div class="row apart">
        <a href={address(to, id)}>
          <h2>{name}</h2>
        </a>
        <span class="muted small num">
          {progress.accepted} of {progress.documents} texts labeled
        </span>
      </div>
      <div
        class="meter"
        role="img"
        aria-label={`${progress.accepted} of ${progress.documents} texts are labeled`}
      >
        <i style={{ width: `${(100 * progress.accepted) / Math.max(1, progress.documents)}%` }} />
      </div>
      <p class="small muted">{types.map(type => type.name).join(', ')}</p>
    </li>
  )
}

const UNITS = [
  ['sentence', 'each sentence'],
  ['paragraph', 'each paragraph'],
  ['text', 'each record, or the whole file'],
] as const

function NewProject() {
  const [isPasted, setPasted] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const create = async () => {
    if (!form.current) return
    const data = new FormData(form.current)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const file = data.get('file')
    const body = file instanceof File ? file : text('text')
    const query = new URLSearchParams({
      name: text('name'),
      types: text('types'),
      unit: text('unit'),
      annotator: annotator.value,
      labels: text('labels') || 'labels',
      file: file instanceof File ? file.name : 'pasted.txt',
    })
    setBusy(true)
    const made = await attempt(async () => {
      const response = await send(`${STUDIO}/projects?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body,
      })
      return (await response.json()) as ListedProject
    })
    setBusy(false)
    if (!made) return
    await attempt(loadStudio)
    go('label', made.id)
  }
  return (
    <section class="panel" aria-labelledby="new-project">
      <h2 id="new-project">New project</h2>
      <form
        class="form"
        ref={form}
        onSubmit={event => {
          event.preventDefault()
          void create()
        }}
      >
        <label class="field">
          Name
          <input name="name" required maxLength={200} autocomplete="off" placeholder="Letters of 1843" />
        </label>
        <div class="stack tight">
          {isPasted ? (
            <label class="field">
              Texts
              <textarea name="text" rows={6} required placeholder="Paste text here." />
            </label>
          ) : (
            <label class="field">
              File: plain text, or a corpus in any format that nerite reads
              <input name="file" type="file" required />
            </label>
          )}
          <div>
            <button type="button" class="plain" onClick={() => setPasted(!isPasted)}>
              {isPasted ? 'Choose a file instead' : 'Paste text instead'}
            </button>
          </div>
        </div>
        <div class="two">
          <label class="field">
            Types, separated by commas
            <input name="types" autocomplete="off" placeholder="PER, LOC, ORG" />
          </label>
          <label class="field">
            Label at a time
            <select name="unit">
              {UNITS.map(([name, title]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </div>
        {!isPasted && (
          <label class="field">
            Labels in the file, if it is a corpus
            <select name="labels">
              <option value="labels">are kept as labels</option>
              <option value="suggestions">become suggestions, to be checked</option>
            </select>
          </label>
        )}
        <div>
          <button type="submit" class="primary" disabled={isBusy}>
            {isBusy ? 'Reading…' : 'Create project'}
          </button>
        </div>
      </form>
    </section>
  )
}
