import { useSignal } from '@preact/signals'
import { EntityText, percent } from '../components/entity-text.js'
import type { FoundSentence } from './tag-text.js'

interface ReadingsProps {
  readonly text: string
  readonly sentences: readonly FoundSentence[]
  readonly colorOf: (type: string) => string
}

/** The likeliest readings of a sentence. */
export function Readings({ text, sentences, colorOf }: ReadingsProps) {
  const chosen = useSignal(0)
  const at = Math.min(chosen.value, sentences.length - 1)
  const sentence = sentences[at]
  if (!sentence) return null
  const own = text.slice(sentence.start, sentence.end)
  return (
    <section class="panel stack tight" aria-labelledby="readings">
      <div class="row apart">
        <h2 id="readings">Likeliest readings</h2>
        {sentences.length > 1 && (
          <select
            aria-label="Sentence"
            value={at}
            onChange={event => (chosen.value = Number(event.currentTarget.value))}
          >
            {sentences.map(({ start, end }, i) => (
              <option key={start} value={i}>
                {i + 1}. {text.slice(start, Math.min(end, start + 40))}
              </option>
            ))}
          </select>
        )}
      </div>
      <ol class="list">
        {sentence.readings?.map(({ probability, entities }, i) => (
          <li key={i} class="reading">
            <span class="num muted">{percent(probability)}</span>
            <EntityText
              text={own}
              entities={entities.map(entity => ({
                ...entity,
                start: entity.start - sentence.start,
                end: entity.end - sentence.start,
              }))}
              colorOf={colorOf}
            />
          </li>
        ))}
      </ol>
    </section>
  )
}
