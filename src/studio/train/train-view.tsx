import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Figure } from '../../report/charts/figure-data.js'
import type { Plotting } from '../../report/charts/plotting.js'
import { type LearningData, learningData } from '../../report/learning-data.js'
import { learningFigures } from '../../report/sections/learning.js'
import type { TrainEvent } from '../../run/events.js'
import { get, post, type ServerEvent, STUDIO } from '../api.js'
import { percent } from '../components/entity-text.js'
import { Figures } from '../components/figure.js'
import { follow, job, latest, said, stopJob } from '../components/follow-job.js'
import type { JobSummary, ProjectDetail } from '../server-data.js'
import { attempt, go, loadProject, loadStudio, preferred, project } from '../state.js'
import { labelCurve } from './label-curve.js'
import { StartForm, SuggestForm } from './train-forms.js'

/** Train: start, watch, stop, resume; and how F1 grows with the labels. */
export function TrainView() {
  const opened = project.value
  const chosen = useSignal<number | null>(null)
  const past = useSignal<readonly TrainEvent[]>([])
  const id = opened?.id

  // A job that began in another window, or before this page was loaded.
  useEffect(() => {
    const running = opened?.jobs.find(({ state, what }) => state === 'running' && isRun(what))
    if (running && job.value?.id !== running.id) void follow(running)
  }, [id])

  const run = opened?.runs.find(({ number }) => number === chosen.value) ?? opened?.runs.at(-1)
  const isLive =
    run !== undefined && job.value?.what === run.folder && said.value.some(({ kind }) => kind === 'epoch')
  const key = run ? `${id} ${run.number} ${run.state}` : ''
  useEffect(() => {
    past.value = []
    if (!run || isLive) return
    void attempt(async () => {
      past.value = (
        await get<{ events: TrainEvent[] }>(`${STUDIO}/projects/${id}/runs/${run.number}/log`)
      ).events
    })
  }, [key, isLive])

  if (!opened) return null
  const events = isLive ? (said.value as unknown as readonly TrainEvent[]) : past.value
  const learning = learningData(events)
  return (
    <>
      <div class="head">
        <div>
          <h1>Train</h1>
          <p class="lead">
            A tagger learns from what is labeled in {opened.name}. One text in five is held out to measure on,
            and never learned from.
          </p>
        </div>
      </div>
      <div class="columns">
        <div class="stack">
          <Watch />
          {opened.runs.length === 0 && !job.value && (
            <div class="panel empty">
              <p>
                Nothing is trained yet. {opened.progress.accepted} texts are labeled; twenty are enough for a
                first run, and its suggestions speed up the next.
              </p>
            </div>
          )}
          {opened.runs.length > 0 && (
            <section class="panel" aria-labelledby="runs">
              <h2 id="runs">Runs</h2>
              <Runs
                opened={opened}
                chosen={run?.number ?? null}
                onChoose={number => (chosen.value = number)}
              />
            </section>
          )}
          {(learning || opened.runs.some(({ f1 }) => f1 !== null)) && (
            <section class="panel" aria-labelledby="curves">
              <h2 id="curves">Curves</h2>
              <Figures
                draw={plotting => [
                  ...labelCurve(plotting, opened.runs),
                  ...(learning && run ? runFigures(plotting, learning, run.folder) : []),
                ]}
                of={`${JSON.stringify(opened.runs)} ${run?.number} ${learning?.total} ${learning?.bestEpoch}`}
              />
            </section>
          )}
        </div>
        <div class="stack">
          <StartForm />
          <SuggestForm />
        </div>
      </div>
    </>
  )
}

/** The report's charts, which do not say of which run they are. */
function runFigures(plotting: Plotting, learning: LearningData, folder: string): Figure[] {
  return learningFigures(plotting, learning).map(figure => ({
    ...figure,
    title: `${figure.title.replace('the development corpus', 'the held-out texts')}, ${folder}`,
  }))
}

function isRun(what: string): boolean {
  return /^run-\d+$/.test(what)
}

/** The job that is under way, or that has just ended. */
function Watch() {
  const current = job.value
  if (!current) return null
  const ended = latest('ended')
  const step = latest('step')
  const epoch = latest('epoch')
  const scored = latest('scored')
  const progress = latest('progress')
  const prepared = latest('prepared')
  const suggested = latest('suggested')
  const warnings = said.value.filter(({ kind }) => kind === 'warning')
  const share = progress
    ? Number(progress.done) / Math.max(1, Number(progress.of))
    : step
      ? (Number(step.epoch) - 1 + Number(step.step) / Math.max(1, Number(step.steps))) /
        Math.max(1, epochsOf())
      : 0
  return (
    <section class="panel stack tight" aria-labelledby="watch">
      <div class="row apart">
        <h2 id="watch">{current.what}</h2>
        {!ended && (
          <button type="button" onClick={() => void attempt(stopJob)}>
            Stop
          </button>
        )}
      </div>
      <p class="muted num" role="status">
        {ended
          ? ENDS[String(ended.state)]
          : scored
            ? 'Suggesting labels for the other texts…'
            : epoch
              ? `Epoch ${epoch.epoch}, loss ${Number(epoch.loss).toFixed(3)}${heldOutF1(epoch)}`
              : 'Preparing…'}
        {scored && ` F1 ${percent(scored.f1 as number | null)} on ${scored.heldOut} held-out texts.`}
        {suggested && ` ${suggested.entities} entities are suggested in ${suggested.documents} texts.`}
      </p>
      {ended?.message !== undefined && <p class="bad">{String(ended.message)}</p>}
      <div class="meter" role="img" aria-label={`${Math.round(100 * (ended ? 1 : share))}% done`}>
        <i style={{ width: `${100 * (ended ? 1 : share)}%` }} />
      </div>
      {Number(prepared?.leftOut ?? 0) > 0 && (
        <p class="small muted">
          {String(prepared?.leftOut)} texts that are labeled in part are left out: crf, crf-wide and hmm do
          not learn from them (networks do), and one in five is kept to measure on.
        </p>
      )}
      {warnings.length > 0 && (
        <details class="small">
          <summary>{warnings.length === 1 ? 'One note' : `${warnings.length} notes`} on the labels</summary>
          <ul class="list">
            {warnings.map(({ message }) => (
              <li key={String(message)}>{String(message)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** How the texts that are held out are tagged now, where a recipe chooses nothing by that. */
function heldOutF1({ dev }: ServerEvent): string {
  const f1 = (dev as { readonly f1: number | null } | null)?.f1
  return f1 === undefined || f1 === null ? '' : `, F1 ${percent(f1)} on what is held out`
}

const ENDS: Readonly<Record<string, string>> = {
  done: 'Done.',
  stopped: 'Stopped. It can be resumed.',
  failed: 'It failed.',
}

function epochsOf(): number {
  return Number(latest('start')?.epochs ?? 1)
}

interface RunsProps {
  readonly opened: ProjectDetail
  readonly chosen: number | null
  readonly onChoose: (number: number) => void
}

function Runs({ opened, chosen, onChoose }: RunsProps) {
  const resume = (number: number) =>
    attempt(async () => {
      const started = await post<JobSummary>(`${STUDIO}/projects/${opened.id}/runs/${number}/resume`, {})
      await loadProject()
      void follow(started)
    })
  const tryRun = (number: number) =>
    attempt(async () => {
      const { name } = await post<{ name: string }>(
        `${STUDIO}/projects/${opened.id}/runs/${number}/serve`,
        {},
      )
      await loadStudio()
      preferred.value = name
      go('try')
    })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scroll" tabIndex={0} aria-label="Table of runs">
      <table>
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">texts</th>
            <th scope="col">held out</th>
            <th scope="col">F1</th>
            <th scope="col">
              <span class="hidden-text">what to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...opened.runs].reverse().map(({ number, folder, trained, heldOut, f1, state, message }) => (
            <tr key={number} class={number === chosen ? 'chosen' : ''}>
              <th scope="row">
                <button
                  type="button"
                  class="plain"
                  aria-pressed={number === chosen}
                  onClick={() => onChoose(number)}
                >
                  {folder}
                </button>
              </th>
              <td>{trained}</td>
              <td>{heldOut}</td>
              <td>{percent(f1)}</td>
              <td title={message}>
                {state === 'done' && (
                  <button type="button" class="plain" onClick={() => void tryRun(number)}>
                    Try it
                  </button>
                )}
                {state === 'stopped' || state === 'failed' ? (
                  <button type="button" onClick={() => void resume(number)}>
                    Resume
                  </button>
                ) : (
                  state !== 'done' && state
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
