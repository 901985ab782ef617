import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get, STUDIO } from '../api.js'
import { colorsOf } from '../components/colors.js'
import { percent } from '../components/entity-text.js'
import type { RunErrors } from '../server-data.js'
import { attempt, project } from '../state.js'
import { ErrorLine, KIND_NAMES } from './error-line.js'
import { NoRun } from './no-run.js'

/** Errors that are drawn at once. */
const SHOWN = 100

/** What a run got wrong in the texts that were held out from it. */
export function ErrorsReview() {
  const opened = project.value
  const runs = opened?.runs.filter(({ state, heldOut }) => state === 'done' && heldOut > 0) ?? []
  const chosen = useSignal<number | null>(null)
  const kind = useSignal('')
  const found = useSignal<RunErrors | null>(null)
  const number = chosen.value ?? runs.at(-1)?.number
  useEffect(() => {
    if (number === undefined || !opened) return
    found.value = null
    void attempt(
      async () => (found.value = await get(`${STUDIO}/projects/${opened.id}/runs/${number}/errors`)),
    )
  }, [opened?.id, number])
  if (!opened || number === undefined)
    return <NoRun>Errors are shown once a run was measured on held-out texts.</NoRun>
  const answer = found.value
  const colorOf = colorsOf(opened.types.map(({ name }) => name))
  const errors = answer?.errors.filter(error => kind.value === '' || error.kind === kind.value) ?? []
  const kinds = [...new Set(answer?.errors.map(error => error.kind))]
  return (
    <>
      <div class="row end">
        <label class="field">
          Run
          <select value={number} onChange={event => (chosen.value = Number(event.currentTarget.value))}>
            {runs.map(run => (
              <option key={run.number} value={run.number}>
                {run.folder}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          Errors
          <select value={kind.value} onChange={event => (kind.value = event.currentTarget.value)}>
            <option value="">all kinds</option>
            {kinds.map(each => (
              <option key={each} value={each}>
                {KIND_NAMES[each]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {!answer ? (
        <p class="muted" role="status">
          Reading the held-out texts…
        </p>
      ) : (
        <>
          <section class="panel stack" aria-label="Scores">
            <dl class="facts">
              {(['f1', 'precision', 'recall'] as const).map(measure => (
                <div key={measure}>
                  <dt>{measure === 'f1' ? 'F1' : measure}</dt>
                  <dd>{percent(answer.exact.micro[measure])}</dd>
                </div>
              ))}
              <div>
                <dt>entities</dt>
                <dd>{answer.exact.micro.gold}</dd>
              </div>
              <div>
                <dt>held-out texts</dt>
                <dd>{answer.sentences}</dd>
              </div>
            </dl>
          </section>
          <section class="panel" aria-label="Errors">
            {errors.length === 0 ? (
              <p class="muted">No errors{kind.value !== '' && ' of this kind'} in the held-out texts.</p>
            ) : (
              <ul class="list">
                {errors.slice(0, SHOWN).map((error, i) => (
                  <li key={i} class="stack tight">
                    <span class="chip">{KIND_NAMES[error.kind]}</span>
                    <ErrorLine error={error} colorOf={colorOf} />
                  </li>
                ))}
              </ul>
            )}
            {errors.length > SHOWN && (
              <p class="muted small">
                The first {SHOWN} of {errors.length}.
              </p>
            )}
          </section>
        </>
      )}
    </>
  )
}
