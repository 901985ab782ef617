import { useSignal } from '@preact/signals'
import type { RunComparison } from '../../workflows/node/compare-runs.js'
import { post, STUDIO } from '../api.js'
import { percent } from '../components/entity-text.js'
import { follow, job, latest } from '../components/follow-job.js'
import { NoRun } from '../review/no-run.js'
import type { JobSummary } from '../server-data.js'
import { attempt, project } from '../state.js'

/** Compare: runs side by side on the same held-out texts. */
export function CompareView() {
  const opened = project.value
  const chosen = useSignal<readonly string[]>([])
  if (!opened) return null
  const names = [
    ...opened.runs.filter(({ state }) => state === 'done').map(({ folder }) => folder),
    ...opened.models,
  ]
  const isOurs = job.value?.what === 'compare'
  const result = isOurs ? latest('comparison') : undefined
  const ended = isOurs ? latest('ended') : undefined
  const start = () =>
    attempt(async () => {
      const models = names.filter(name => chosen.value.includes(name))
      void follow(await post<JobSummary>(`${STUDIO}/projects/${opened.id}/compare`, { models }))
    })
  return (
    <>
      <div class="head">
        <div>
          <h1>Compare</h1>
          <p class="lead">
            Runs and models on the held-out texts of {opened.name}, with intervals and significance.
          </p>
        </div>
      </div>
      {names.length < 2 ? (
        <NoRun>There is nothing to compare yet: train two runs.</NoRun>
      ) : (
        <section class="panel stack" aria-label="What to compare">
          <fieldset class="row">
            <legend class="hidden-text">Runs and models</legend>
            {names.map(name => (
              <label key={name} class="chip">
                <input
                  type="checkbox"
                  checked={chosen.value.includes(name)}
                  onChange={event => {
                    const others = chosen.value.filter(each => each !== name)
                    chosen.value = event.currentTarget.checked ? [...others, name] : others
                  }}
                />
                {name}
              </label>
            ))}
          </fieldset>
          <div class="row">
            <button
              type="button"
              class="primary"
              disabled={chosen.value.length < 2 || job.value?.state === 'running'}
              onClick={() => void start()}
            >
              Compare
            </button>
            <span class="small muted" role="status">
              {isOurs && !ended
                ? 'Tagging the held-out texts…'
                : chosen.value.length < 2
                  ? 'Choose two or more.'
                  : ''}
            </span>
          </div>
          {ended?.message !== undefined && <p class="bad">{String(ended.message)}</p>}
        </section>
      )}
      {result && (
        <Comparison comparison={result.comparison as RunComparison} names={result.names as string[]} />
      )}
    </>
  )
}

function Comparison({
  comparison,
  names,
}: {
  readonly comparison: RunComparison
  readonly names: readonly string[]
}) {
  const { runs, reference } = comparison
  // Each run has its own file of labels.
  const settings = Object.entries(comparison.settings).filter(
    ([name, values]) =>
      !name.startsWith('corpus.') && new Set(values.map(value => JSON.stringify(value ?? null))).size > 1,
  )
  const types = [...new Set(runs.flatMap(run => Object.keys(run.types)))]
  const best = Math.max(...runs.map(({ f1 }) => f1 ?? 0))
  const [{ corpus }] = runs
  return (
    <>
      <section class="panel" aria-labelledby="scores">
        <h2 id="scores">Scores</h2>
        <p class="small muted num">
          {corpus.sentences} texts, {corpus.entities} entities. p: how often chance alone would make such a
          difference
          {reference && `, against ${nameOf(reference.run)}`}.
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <section class="scroll" tabIndex={0} aria-label="Table of scores">
          <table>
            <thead>
              <tr>
                {['run', 'F1', '95%', 'precision', 'recall', 'difference', 'p', ...types].map(name => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {runs.map((run, i) => (
                <tr key={run.path} class={run.f1 === best ? 'chosen' : ''}>
                  <th scope="row">{names[i]}</th>
                  <td>{percent(run.f1)}</td>
                  <td class="range">{rangeOf(run.intervals.f1)}</td>
                  <td>{percent(run.precision)}</td>
                  <td>{percent(run.recall)}</td>
                  <td>{run.against ? signed(run.against.difference) : '–'}</td>
                  <td>{run.against ? run.against.pValue.toFixed(3) : '–'}</td>
                  {types.map(type => (
                    <td key={type}>{percent(run.types[type]?.f1)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </section>
      {settings.length > 0 && (
        <section class="panel" aria-labelledby="settings">
          <h2 id="settings">Settings that differ</h2>
          <details open={settings.length <= MOST_SHOWN}>
            <summary>{settings.length} settings</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
            <section class="scroll" tabIndex={0} aria-label="Table of settings">
              <table class="words">
                <thead>
                  <tr>
                    {['setting', ...names].map(name => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {settings.map(([setting, values]) => (
                    <tr key={setting}>
                      <th scope="row" class="mono">
                        {setting}
                      </th>
                      {values.map((value, i) => (
                        <td key={names[i]} class="mono">
                          {shortValue(value)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
        </section>
      )}
    </>
  )

  function nameOf(run: string): string {
    const at = runs.findIndex(({ name }) => name === run)
    return names[at] ?? run
  }
}

/** Models of different kinds differ in nearly all settings: more than these are folded away. */
const MOST_SHOWN = 20

function signed(difference: number): string {
  return `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(1)}`
}

function shortValue(value: unknown): string {
  if (value === null) return '–'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 40 ? `…${text.slice(-39)}` : text
}

function rangeOf(interval: { readonly low: number; readonly high: number } | null): string {
  return interval ? `${(100 * interval.low).toFixed(1)}–${(100 * interval.high).toFixed(1)}` : '–'
}
