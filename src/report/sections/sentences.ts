import { formatCount } from '../../evaluate/format-number.js'
import { isRight } from '../choose-sentences.js'
import { type Html, html } from '../html.js'
import { entityLine, GOLD_LINE, PREDICTED_LINE } from '../page/entity-line.js'
import type { ShownSentence } from '../report-data.js'
import { browser, filterSelect, filterText } from './browser.js'
import type { MakeSection } from './section.js'

export const sentenceSection: MakeSection = ({ data: { evaluation }, colorOf }) => {
  const { items, total } = evaluation.sentences
  if (items.length === 0) return undefined
  const types = [
    ...new Set(items.flatMap(({ gold, predicted }) => [...gold, ...predicted].map(({ type }) => type))),
  ]
  const controls = [
    filterSelect(
      'state',
      'sentences',
      [
        ['wrong', 'with errors'],
        ['right', 'without errors'],
      ],
      'all',
    ),
    filterSelect(
      'types',
      'with type',
      types.sort().map(type => [type, type]),
      'any',
    ),
    filterText('text contains'),
  ]
  return {
    id: 'sentences',
    title: 'Sentences',
    finding: `${formatCount(items.length)} of ${formatCount(total)}, gold and predicted entities in place.`,
    body: html`<p class="muted small">${formatCount(items.length)} of ${formatCount(total)} sentences, half of them with errors if there
are enough. After a predicted type: its score. Dashed: wrong; dotted: not found.</p>
${browser(
  controls,
  items.map(sentence => sentenceItem(sentence, colorOf)),
)}`,
  }
}

function sentenceItem(sentence: ShownSentence, colorOf: (type: string) => string): Html {
  const { gold, predicted, where, omitted, right } = sentence
  const differ = !right && isRight(sentence) && ', where they differ'
  const types = [...new Set([...gold, ...predicted].map(({ type }) => type))].join('\n')
  const more = omitted > 0 && html`<span class="muted"> … and ${omitted} more tokens${differ}</span>`
  const line = (name: string, text: Html) => html`<dt>${name}</dt><dd dir="auto">${text}${more}</dd>`
  const found = entityLine(sentence, predicted, gold, { colorOf, ...PREDICTED_LINE })
  const lines = right
    ? line('both', found)
    : html`${line('gold', entityLine(sentence, gold, predicted, { colorOf, ...GOLD_LINE }))}${line('predicted', found)}`
  return html`<li data-state="${right ? 'right' : 'wrong'}" data-types="${types}">${where && html`<p class="muted small">${where}</p>`}<dl class="pair">${lines}</dl></li>
`
}
