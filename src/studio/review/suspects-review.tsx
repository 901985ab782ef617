import { useSignal } from '@preact/signals'
import { post, STUDIO } from '../api.js'
import { colorsOf } from '../components/colors.js'
import { follow, job, latest } from '../components/follow-job.js'
import type { JobSummary, PlacedError } from '../server-data.js'
import { attempt, project } from '../state.js'
import { ErrorLine } from './error-line.js'
import { NoRun } from './no-run.js'

/** Labels that a model which did not see them contradicts. */
export function SuspectsReview() {
  const opened = project.value
  const folds = useSignal('3')
  const run = opened?.runs.findLast(({ state }) => state === 'done')
  if (!opened || !run) return <NoRun>Train once: the same recipe then checks the labels.</NoRun>
  const isOurs = job.value?.what === 'folds'
  const progress = isOurs ? latest('progress') : undefined
  const found = isOurs ? latest('suspects') : undefined
  const ended = isOurs ? latest('ended') : undefined
  const suspects = (found?.suspects ?? []) as readonly PlacedError[]
  const colorOf = colorsOf(opened.types.map(({ name }) => name))
  const start = () =>
    attempt(async () => {
      const path = `${STUDIO}/projects/${opened.id}/runs/${run.number}/folds`
      void follow(await post<JobSummary>(path, { folds: Number(folds.value) }))
    })
  return (
    <>
      <section class="panel stack" aria-label="Check the labels">
        <p class="muted">
          The labels of {run.folder} are dealt into parts. For each part a tagger is trained on the others and
          reads it. Where it is sure of something else, the label is worth a second look.
        </p>
        <div class="row end">
          <label class="field">
            Parts
            <select value={folds.value} onChange={event => (folds.value = event.currentTarget.value)}>
              {['2', '3', '5', '10'].map(each => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <button
            type="button"
            class="primary"
            disabled={job.value?.state === 'running'}
            onClick={() => void start()}
          >
            Check the labels
          </button>
        </div>
        <p role="status" class="small muted num">
          {isOurs && !ended && `Part ${Number(progress?.done ?? 0) + 1} of ${progress?.of ?? folds.value}…`}
          {found && `${suspects.length} of the labels in ${found.sentences} texts look wrong.`}
        </p>
        {ended?.message !== undefined && <p class="bad">{String(ended.message)}</p>}
      </section>
      {suspects.length > 0 && (
        <section class="panel" aria-label="Labels that look wrong">
          <ul class="list">
            {suspects.slice(0, 100).map((error, i) => (
              <li key={i}>
                <ErrorLine error={error} colorOf={colorOf} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
