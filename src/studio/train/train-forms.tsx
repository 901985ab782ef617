import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get, post, STUDIO, send } from '../api.js'
import { follow, job } from '../components/follow-job.js'
import type { JobSummary, PresetChoice } from '../server-data.js'
import { attempt, loadProject, project, studio } from '../state.js'
import { servedModels } from '../try/tag-text.js'

/** Chooses what is trained. */
export function StartForm() {
  const presets = useSignal<readonly PresetChoice[]>([])
  const chosen = useSignal('crf')
  /** Training can go on from a network alone, not from rules or several models. */
  const networks = useSignal<readonly string[]>([])
  useEffect(() => {
    void attempt(async () => {
      presets.value = await get(`${STUDIO}/presets`)
      const served = await servedModels()
      networks.value = studio.value.models.filter(model =>
        served.some(({ name, kind }) => name === model && kind === 'neural'),
      )
    })
  }, [])
  const isBusy = job.value?.state === 'running'
  const from = chosen.value.startsWith('from ') ? chosen.value.slice(5) : undefined
  const preset = presets.value.find(({ name }) => name === chosen.value)
  const isNetwork = from !== undefined || preset?.kind === 'neural'
  const start = (form: HTMLFormElement) =>
    attempt(async () => {
      const epochs = Number(new FormData(form).get('epochs') ?? '')
      const started = await post<JobSummary>(`${STUDIO}/projects/${project.value?.id}/runs`, {
        ...(from === undefined ? { preset: chosen.value } : { from }),
        ...(isNetwork && epochs > 0 && { epochs }),
      })
      await loadProject()
      void follow(started)
    })
  return (
    <section class="panel" aria-labelledby="start">
      <h2 id="start">New run</h2>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault()
          void start(event.currentTarget)
        }}
      >
        <label class="field">
          Recipe
          <select value={chosen.value} onChange={event => (chosen.value = event.currentTarget.value)}>
            <optgroup label="In seconds">
              {presets.value.filter(({ kind }) => kind !== 'neural').map(option)}
            </optgroup>
            {networks.value.length > 0 && (
              <optgroup label="From a model">
                {networks.value.map(name => (
                  <option key={name} value={`from ${name}`}>
                    starting from {name}
                  </option>
                ))}
              </optgroup>
            )}
            <optgroup label="Networks, in minutes">
              {presets.value.filter(({ kind }) => kind === 'neural').map(option)}
            </optgroup>
          </select>
        </label>
        <p class="small muted">{from ? `Takes over the network of ${from}.` : preset?.summary}</p>
        {isNetwork && (
          <label class="field">
            Epochs; empty: what fits the number of labels
            <input name="epochs" type="number" min="1" max="1000" />
          </label>
        )}
        <div>
          <button type="submit" class="primary" disabled={isBusy}>
            {isBusy ? 'Under way…' : 'Start training'}
          </button>
        </div>
      </form>
    </section>
  )
}

const option = ({ name }: PresetChoice) => (
  <option key={name} value={name}>
    {name}
  </option>
)

const KINDS = ['a model', 'a list of names', 'rules'] as const

/** Suggestions from something that is not trained here. */
export function SuggestForm() {
  const kind = useSignal<(typeof KINDS)[number]>('a model')
  const opened = project.value
  if (!opened) return null
  const suggest = (form: HTMLFormElement) =>
    attempt(async () => {
      const data = new FormData(form)
      const text = (name: string) => String(data.get(name) ?? '')
      const names = text('names')
        .split('\n')
        .map(line => line.trim())
        .filter(line => line !== '')
      const body = {
        'a model': { model: text('model') },
        'a list of names': { type: text('type'), names },
        rules: { rules: text('rules') },
      }[kind.value]
      void follow(await post<JobSummary>(`${STUDIO}/projects/${opened.id}/suggestions`, body))
    })
  const remove = (source: string) =>
    attempt(async () => {
      await send(`${STUDIO}/projects/${opened.id}/suggestions?source=${encodeURIComponent(source)}`, {
        method: 'DELETE',
      })
      await loadProject()
    })
  return (
    <section class="panel stack" aria-labelledby="suggest">
      <h2 id="suggest">Suggestions</h2>
      {opened.sources.length > 0 && (
        <ul class="stack tight">
          {opened.sources.map(({ name, documents }) => (
            <li key={name} class="row apart small">
              <span>
                {name} <span class="muted num">in {documents} texts</span>
              </span>
              <button
                type="button"
                class="plain"
                aria-label={`Remove suggestions of ${name}`}
                onClick={() => void remove(name)}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault()
          void suggest(event.currentTarget)
        }}
      >
        <label class="field">
          Suggest labels by
          <select
            value={kind.value}
            onChange={event => (kind.value = event.currentTarget.value as typeof kind.value)}
          >
            {KINDS.map(each => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        {kind.value === 'a model' && (
          <label class="field">
            Model
            <select name="model">
              {[...studio.value.models, 'pii', 'numbers'].map(name => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        {kind.value === 'a list of names' && (
          <>
            <label class="field">
              Type
              <select name="type">
                {opened.types.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <label class="field">
              Names, one per line
              <textarea name="names" rows={5} required />
            </label>
          </>
        )}
        {kind.value === 'rules' && (
          <label class="field">
            Rules, as in a rules file
            <textarea
              name="rules"
              rows={6}
              required
              class="mono"
              placeholder={'rules:\n- {type: PER, regex: "Mr [A-Z]\\\\w+"}'}
            />
          </label>
        )}
        <div>
          <button type="submit" disabled={job.value?.state === 'running'}>
            Suggest
          </button>
        </div>
      </form>
    </section>
  )
}
