import { html } from '../html.js'
import { tableHtml } from '../page/figure-html.js'
import { markdownHtml } from '../page/markdown.js'
import type { MakeSection } from './section.js'

export const cardSection: MakeSection = ({ data: { card, settings, lossShares, learning } }) => {
  if (card === undefined && !settings && !lossShares) return undefined
  const units = lossShares?.[0]?.unit === 'character' ? 'characters' : 'tokens'
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return {
    id: 'card',
    title: 'Model card',
    body: html`${learning?.parameters != null && html`<p>${learning.parameters.toLocaleString('en-US')} trainable parameters.</p>`}
${
  lossShares &&
  tableHtml('What class weights and focal loss do to each gold tag, on the development corpus', {
    header: ['tag', units, 'weight', `of ${units}`, 'of plain loss', 'of trained loss', 'recall'],
    rows: lossShares.map(row => [
      row.tag,
      String(row.tokens),
      row.weight.toFixed(2),
      ...[row.tokenShare, row.plainLossShare, row.trainedLossShare, row.recall].map(percent),
    ]),
  })
}
${card !== undefined && html`<details open><summary>Model card (README.md)</summary>${markdownHtml(card)}</details>`}
${settings && html`<details><summary>Every setting</summary>${tableHtml('Settings of the run', { header: ['setting', 'value'], rows: settings.map(row => [...row]) }, 'text')}</details>`}`,
  }
}
