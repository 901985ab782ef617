import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { TextSpan } from '../../corpus/sentence.js'
import { ADJUDICATED } from '../../label/label.js'
import { get, post, STUDIO } from '../api.js'
import { colorsOf } from '../components/colors.js'
import { EntityText, percent } from '../components/entity-text.js'
import type { AgreementAnswer } from '../server-data.js'
import { attempt, loadProject, project } from '../state.js'

/** Two annotators side by side, and which of them is right. */
export function AnnotatorsReview() {
  const opened = project.value
  const names = opened?.progress.annotators.map(({ name }) => name).filter(name => name !== ADJUDICATED) ?? []
  const first = useSignal(names[0] ?? '')
  const second = useSignal(names[1] ?? '')
  const found = useSignal<AgreementAnswer | null>(null)
  const load = async () => {
    if (!opened || names.length < 2 || first.value === second.value) return
    const query = new URLSearchParams({ first: first.value, second: second.value })
    found.value = await get(`${STUDIO}/projects/${opened.id}/agreement?${query}`)
  }
  useEffect(() => void attempt(load), [opened?.id, first.value, second.value])
  if (!opened || names.length < 2)
    return (
      <div class="panel empty">
        <p>
          Agreement needs two annotators: give another name beside the text in Label, and label the same
          texts.
        </p>
      </div>
    )
  const colorOf = colorsOf(opened.types.map(({ name }) => name))
  const { agreement, documents = [], differences = 0 } = found.value ?? {}
  const decide = (number: number, entities: readonly TextSpan[], revision: number) =>
    attempt(async () => {
      const body = { annotator: ADJUDICATED, state: 'accepted', entities, revision }
      await post(`${STUDIO}/projects/${opened.id}/documents/${number}/label`, body, 'PUT')
      await Promise.all([load(), loadProject()])
    })
  const choice = (label: string, chosen: typeof first) => (
    <label class="field">
      {label}
      <select value={chosen.value} onChange={event => (chosen.value = event.currentTarget.value)}>
        {names.map(name => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
  return (
    <>
      <div class="row end">
        {choice('First annotator', first)}
        {choice('Second annotator', second)}
      </div>
      {agreement && (
        <section class="panel" aria-label="Agreement">
          <dl class="facts">
            <div>
              <dt>entity F1</dt>
              <dd>{percent(agreement.entityF1)}</dd>
            </div>
            <div>
              <dt>Cohen’s kappa by token</dt>
              <dd>{agreement.tokenKappa === null ? '–' : agreement.tokenKappa.toFixed(3)}</dd>
            </div>
            <div>
              <dt>same type by token</dt>
              <dd>{percent(agreement.tokenAgreement)}</dd>
            </div>
            <div>
              <dt>texts by both</dt>
              <dd>{agreement.documents}</dd>
            </div>
            <div>
              <dt>texts that differ</dt>
              <dd>{differences}</dd>
            </div>
          </dl>
        </section>
      )}
      {documents.length > 0 && (
        <section class="panel" aria-label="Texts that differ">
          <ul class="list">
            {documents.map(({ number, text, first: one, second: other, adjudicated }) => (
              <li key={number} class="stack tight">
                {[
                  { name: first.value, own: one, others: other },
                  { name: second.value, own: other, others: one },
                ].map(({ name, own, others }) => (
                  <dl key={name} class="pair">
                    <dt>{name}</dt>
                    <dd>
                      <EntityText text={text} entities={marked(own, others)} colorOf={colorOf} />
                      <button
                        type="button"
                        onClick={() => void decide(number, own, adjudicated?.revision ?? 0)}
                      >
                        {name} is right
                      </button>
                    </dd>
                  </dl>
                ))}
                {adjudicated && (
                  <p class="small muted">Decided, with {adjudicated.entities.length} entities.</p>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** What the other does not have looks different. */
function marked(own: readonly TextSpan[], others: readonly TextSpan[]) {
  return own.map(span => ({
    ...span,
    look: others.some(each => each.start === span.start && each.end === span.end && each.type === span.type)
      ? ''
      : 'wrong',
  }))
}
