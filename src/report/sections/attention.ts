import { clip } from '../clip.js'
import { type Html, html } from '../html.js'
import { shownText } from '../page/entity-line.js'
import { heatCells, scrollable } from '../page/figure-html.js'
import type { AttendedSentence, AttentionMap } from '../report-data.js'
import type { MakeSection } from './section.js'

export const attentionSection: MakeSection = ({ data: { attention } }) => {
  if (!attention || attention.sentences.items.length === 0) return undefined
  const maps = attention.sentences.items.flatMap((sentence, s) =>
    sentence.maps.map(map => ({ sentence, s, map })),
  )
  if (maps.length === 0) return undefined
  return {
    id: 'attention',
    title: 'Attention',
    finding: `Where the model looks, in ${attention.sentences.items.length} sentences.`,
    body: html`<p>How much attention each token (row) pays to each other token (column), in percent of the row. High attention is not
an explanation by itself; it shows where the model looks.</p>
<div data-chooser>
<div class="controls js"><label>sentence and map<select data-choose>${maps.map(
      ({ sentence, s, map }, i) =>
        html`<option value="${i}">${s + 1}. ${clip(shownText(sentence), 50)}: ${map.name}</option>`,
    )}</select></label></div>
${maps.map(({ sentence, s, map }) => mapTable(sentence, s, map))}
</div>`,
  }
}

function mapTable(
  { tokens, where }: AttendedSentence,
  index: number,
  { name, perMille }: AttentionMap,
): Html {
  const caption = `Sentence ${index + 1}${where ? `, ${where}` : ''}: ${name}`
  const table = html`<table class="heat pairs"><caption>${caption}</caption>
<thead><tr><th scope="col">from</th>${tokens.map(token => html`<th scope="col">${token}</th>`)}</tr></thead>
<tbody>
${tokens.map(
  (token, row) => html`<tr><th scope="row">${token}</th>${heatCells(perMille[row])}</tr>
`,
)}</tbody></table>`
  return html`<div data-part>${scrollable(`Attention, ${caption}`, table)}</div>`
}
