import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Refusal } from '../api.js'
import { colorsOf } from '../components/colors.js'
import { EntityText, percent, type ShownEntity } from '../components/entity-text.js'
import { attempt, preferred, showError } from '../state.js'
import { Attention } from './attention.js'
import { CopyPanel } from './copy-panel.js'
import { Readings } from './readings.js'
import { TagStrip } from './tag-strip.js'
import { type FoundText, type ServedModel, servedModels, tagText } from './tag-text.js'

const SAMPLE =
  'Ada Lovelace wrote to Charles Babbage from London in 1843. She had met him at a party of Mary Somerville.'
/** Milliseconds without a key until a text is sent. */
const PAUSE = 120

/** Try: entities as you type. */
export function TryView() {
  const models = useSignal<readonly ServedModel[] | null>(null)
  const chosen = useSignal('')
  const text = useSignal(SAMPLE)
  const found = useSignal<(FoundText & { readonly text: string; readonly tags: readonly string[] }) | null>(
    null,
  )
  const looked = useSignal<ShownEntity | null>(null)
  const under = useRef<AbortController>(undefined)

  useEffect(() => {
    void attempt(async () => {
      models.value = await servedModels()
      chosen.value =
        (models.value.find(({ name }) => name === preferred.value) ?? models.value[0])?.name ?? ''
    })
  }, [])

  const model = models.value?.find(({ name }) => name === chosen.value)
  useEffect(() => {
    if (!model) return
    const given = text.value
    const timer = setTimeout(() => void tag(model, given), PAUSE)
    return () => clearTimeout(timer)
  }, [model?.name, text.value])

  const tag = async (of: ServedModel, given: string) => {
    under.current?.abort()
    const own = new AbortController()
    under.current = own
    if (given.trim() === '') {
      found.value = { text: given, entities: [], tags: [] }
      return
    }
    try {
      const answer = await tagText(of, given, own.signal)
      if (!own.signal.aborted) found.value = { ...answer, text: given }
    } catch (error) {
      // While one types fast the server may be busy: the next key asks again.
      if (!(error instanceof Refusal && [429, 503].includes(error.status))) showError(error)
    }
  }

  const colorOf = colorsOf(model?.types ?? [])
  const shown = found.value
  return (
    <>
      <div class="head">
        <div>
          <h1>Try</h1>
          <p class="lead">Type or paste text. What the model finds appears at once.</p>
        </div>
        {models.value && models.value.length > 0 && (
          <label class="field">
            Model
            <select value={chosen.value} onChange={event => (chosen.value = event.currentTarget.value)}>
              {models.value.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      {models.value?.length === 0 ? (
        <div class="panel empty">
          <p>
            No model is served. Start with one, such as <code>nerite serve en</code>, or label texts and train
            your own.
          </p>
        </div>
      ) : (
        <>
          <textarea
            class="try-text"
            aria-label="Text"
            spellcheck={false}
            value={text.value}
            onInput={event => (text.value = event.currentTarget.value)}
          />
          <section class="panel" aria-label="Entities">
            <div class="try-found">
              {shown && (
                <EntityText
                  text={shown.text}
                  entities={shown.entities}
                  colorOf={colorOf}
                  onLook={entity => (looked.value = entity)}
                />
              )}
            </div>
            <p class="detail" aria-live="polite">
              {looked.value
                ? `${looked.value.type}, ${percent(looked.value.score)} sure, characters ${looked.value.start} to ${looked.value.end}`
                : shown
                  ? `${shown.entities.length === 1 ? 'One entity' : `${shown.entities.length} entities`}. Point at one for its probability.`
                  : ''}
            </p>
          </section>
          {shown?.sentences?.some(({ probabilities }) => probabilities) && (
            <TagStrip sentences={shown.sentences} tags={shown.tags} colorOf={colorOf} />
          )}
          {shown?.sentences?.some(({ readings }) => readings) && (
            <Readings text={shown.text} sentences={shown.sentences} colorOf={colorOf} />
          )}
          {shown?.sentences && <Attention sentences={shown.sentences} />}
          {shown && <CopyPanel model={chosen.value} found={shown} />}
        </>
      )}
    </>
  )
}
