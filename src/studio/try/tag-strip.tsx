import { useSignal } from '@preact/signals'
import { colored } from '../components/colors.js'
import { percent } from '../components/entity-text.js'
import type { FoundSentence } from './tag-text.js'

interface TagStripProps {
  readonly sentences: readonly FoundSentence[]
  readonly tags: readonly string[]
  readonly colorOf: (type: string) => string
}

/** Tags of a token that are named. */
const NAMED = 4

/** How sure the model is of each token's tag. The likeliest tags of one token are spelled out. */
export function TagStrip({ sentences, tags, colorOf }: TagStripProps) {
  const at = useSignal<string | null>(null)
  const tokens = sentences.flatMap((sentence, s) =>
    sentence.tokens.map((token, t) => ({
      key: `${s}-${t}`,
      token,
      tag: sentence.tags[t],
      row: sentence.probabilities?.[t] ?? [],
    })),
  )
  const shown = tokens.find(({ key }) => key === at.value)
  return (
    <section class="panel stack tight" aria-labelledby="strip">
      <h2 id="strip">How sure of each tag</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <ol class="strip" tabIndex={0} aria-label="Tokens with the probability of their tag">
        {tokens.slice(0, 400).map(({ key, token, tag, row }) => {
          const sure = row[tags.indexOf(tag)] ?? 0
          const type = tag.slice(2)
          return (
            <li
              key={key}
              style={type === '' ? undefined : colored(colorOf(type))}
              onMouseEnter={() => (at.value = key)}
              onFocus={() => (at.value = key)}
            >
              <span class="column">
                <i style={{ height: `${Math.max(2, 100 * sure)}%` }} />
              </span>
              <span class="token">{token.text.length > 24 ? `${token.text.slice(0, 23)}…` : token.text}</span>
              <span class="tag">{type === '' ? '' : tag}</span>
              <span class="hidden-text">{percent(sure)}</span>
            </li>
          )
        })}
      </ol>
      <p class="detail">
        {shown
          ? `“${shown.token.text}”: ${likeliest(shown.row, tags)}`
          : 'The higher a bar, the surer. Point at one for the other tags.'}
      </p>
    </section>
  )
}

function likeliest(row: readonly number[], tags: readonly string[]): string {
  return row
    .map((probability, i) => ({ probability, tag: tags[i] }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, NAMED)
    .map(({ probability, tag }) => `${tag} ${percent(probability)}`)
    .join(', ')
}
