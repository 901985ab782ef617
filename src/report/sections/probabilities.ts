import { formatCount } from '../../evaluate/format-number.js'
import type { TokenSpan } from '../../tags/span.js'
import { isRight } from '../choose-sentences.js'
import { clip } from '../clip.js'
import { type Html, html } from '../html.js'
import { shownText } from '../page/entity-line.js'
import { heatCells, scrollable } from '../page/figure-html.js'
import type { TagProbabilities } from '../report-data.js'
import type { MakeSection } from './section.js'

export const probabilitySection: MakeSection = ({ data: { probabilities } }) => {
  if (!probabilities || probabilities.sentences.items.length === 0) return undefined
  const { total } = probabilities.sentences
  const wrongFirst = (item: TagProbabilities) => (isRight(item) ? 1 : 0)
  const items = [...probabilities.sentences.items].sort((a, b) => wrongFirst(a) - wrongFirst(b))
  return {
    id: 'probabilities',
    title: 'Tag probabilities',
    finding: `How sure the model is of each tag, token by token, in ${items.length} sentences.`,
    body: html`<p>How sure the model is of each tag at each token, in percent, over all legal taggings of the sentence. Tags
that never reach 1% are combined in <i>other</i>. Sentences with errors (✗) come first. Play a sentence, or choose a token.</p>
<div data-chooser data-player>
<div class="controls js"><label>sentence<select data-choose>${items.map(
      (item, i) =>
        html`<option value="${i}">${i + 1}. ${isRight(item) ? '' : '✗ '}${clip(shownText(item), 60)}</option>`,
    )}</select></label>
<button type="button" data-play="back">Back</button><button type="button" data-play="toggle">Play</button><button type="button" data-play="next">Next</button>
<label>speed<select data-speed><option value="1200">slow</option><option value="700" selected>normal</option><option value="300">fast</option></select></label></div>
<p class="js small" data-status role="status"></p>
<div class="bars js" aria-hidden="true"></div>
${items.map((item, i) => heatTable(item, i))}
</div>
<p class="muted small">${items.length} of ${formatCount(total)} sentences.</p>`,
  }
}

function heatTable(
  { tokens, gold, predicted, tags, perMille, where }: TagProbabilities,
  index: number,
): Html {
  const name = `Sentence ${index + 1}${where ? `, ${where}` : ''}`
  const table = html`<table class="heat"><caption>${name}</caption>
<thead><tr><th scope="col">token</th><th scope="col">gold</th><th scope="col">predicted</th>${[
    ...tags,
    'other',
  ].map(tag => html`<th scope="col">${tag}</th>`)}</tr></thead>
<tbody>
${tokens.map(
  (
    token,
    t,
  ) => html`<tr><th scope="row">${token}</th><td class="g">${typeAt(gold, t)}</td><td class="g">${typeAt(predicted, t)}</td>${heatCells(perMille[t])}</tr>
`,
)}</tbody></table>`
  return html`<div data-part>${scrollable(`Tag probabilities, ${name}`, table)}</div>`
}

/** The type over a token, with `…` if it continues from the token before. */
function typeAt(spans: readonly TokenSpan[], token: number): string {
  const span = spans.find(({ start, end }) => start <= token && token < end)
  return span ? (span.start === token ? span.type : `… ${span.type}`) : ''
}
