import { useSignal } from '@preact/signals'
import type { FoundSentence } from './tag-text.js'

/** Tokens of a sentence whose attention is shown: a number for every pair. */
const MOST = 40

/** What each token looked at, for models with attention. */
export function Attention({ sentences }: { readonly sentences: readonly FoundSentence[] }) {
  const chosen = useSignal('0-0')
  const heads = sentences.flatMap(({ attention = [], tokens }, s) =>
    tokens.length > MOST ? [] : attention.map((head, h) => ({ key: `${s}-${h}`, head, tokens })),
  )
  const shown = heads.find(({ key }) => key === chosen.value) ?? heads[0]
  if (!shown) return null
  return (
    <section class="panel stack tight" aria-labelledby="attention">
      <div class="row apart">
        <h2 id="attention">What attention looked at</h2>
        <select
          aria-label="Sentence and head"
          value={shown.key}
          onChange={event => (chosen.value = event.currentTarget.value)}
        >
          {heads.map(({ key, head, tokens }) => (
            <option key={key} value={key}>
              {head.name}:{' '}
              {tokens
                .slice(0, 4)
                .map(({ text }) => text)
                .join(' ')}
              …
            </option>
          ))}
        </select>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="scroll" tabIndex={0} aria-label="Attention in percent">
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">from</th>
              {shown.tokens.map(token => (
                <th key={token.start} scope="col">
                  {token.text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.tokens.map((token, i) => (
              <tr key={token.start}>
                <th scope="row">{token.text}</th>
                {shown.head.weights[i]?.map((weight, j) => (
                  <td key={shown.tokens[j].start} style={{ '--v': String(weight) }}>
                    {weight < 0.005 ? '' : Math.round(100 * weight)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}
