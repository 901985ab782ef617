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
    body: html`<p class="muted small">${formatCount(items.length)} of ${formatCount(total)} sentences, half of them with errors if there
are enough. After a predicted type: its score; dashed: wrong; dotted: not found.</p>
${browser(
  controls,
  items.map(sentence => sentenceItem(sentence, colorOf)),
)}`,
  }
}

function sentenceItem(sentence: ShownSentence, colorOf: (type: string) => string): Html {
  const { tokens, gold, predicted, where, omitted, right } = sentence
  const differ = !right && isRight(sentence) && ', where they differ'
  const types = [...new Set([...gold, ...predicted].map(({ type }) => type))].join('\n')
  const more = omitted > 0 && html`<span class="muted"> … and ${omitted} more tokens${differ}</span>`
  const lines = right
    ? html`<p><span class="side">gold = predicted</span> ${entityLine(tokens, predicted, gold, { colorOf, ...PREDICTED_LINE })}${more}</p>`
    : html`<p><span class="side">gold</span> ${entityLine(tokens, gold, predicted, { colorOf, ...GOLD_LINE })}${more}</p>
<p><span class="side">predicted</span> ${entityLine(tokens, predicted, gold, { colorOf, ...PREDICTED_LINE })}${more}</p>`
  return html`<li data-state="${right ? 'right' : 'wrong'}" data-types="${types}">${where && html`<p class="muted small">${where}</p>`}${lines}</li>
`
}
