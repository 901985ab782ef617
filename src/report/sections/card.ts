import type { RecognizerKind } from '../../config/schema.js'
import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import type { LossShare } from '../../evaluate/loss-shares.js'
import type { Scores } from '../../evaluate/scores.js'
import { type Html, html } from '../html.js'
import { tableHtml } from '../page/figure-html.js'
import type { ModelFacts } from '../report-data.js'
import type { MakeSection } from './section.js'

export const cardSection: MakeSection = ({ data: { model, settings, lossShares } }) => {
  if (!model && !settings && !lossShares) return undefined
  return {
    id: 'card',
    title: 'Model card',
    body: html`${model && modelHtml(model)}
${lossShares && lossTable(lossShares)}
${settings && html`<details><summary>Every setting</summary>${tableHtml('Settings of the run', { header: ['setting', 'value'], rows: settings }, 'text')}</details>`}`,
  }
}

/** What a recognizer is, at the beginning of a sentence. */
const KIND_NAMES: Readonly<Record<RecognizerKind, string>> = {
  neural: 'A network',
  crf: 'A linear-chain CRF',
  hmm: 'A trigram hidden Markov model',
}

function modelHtml(model: ModelFacts): Html {
  const { start, encoder, decoder, test, warnings } = model
  const found = start.types.length > 0 ? start.types.join(', ') : 'nothing: its training corpus has no entity'
  return html`<p>Finds ${found}. ${encoder ? html`Encoder: ${encoder.join(', then ')}; a ${decoder ?? ''} decoder` : KIND_NAMES[model.recognizer]} over ${start.tags} tags;
${formatCount(start.parameters)} trainable parameters.</p>
<div class="grid"><div>${tableHtml('How it was trained', { header: ['training', 'value'], rows: trainingRows(model) })}</div>
<div>${start.vectors && vectorTable(model, start.vectors)}
${test && testTable(test)}</div></div>
${warnings.length > 0 && html`<ul>${warnings.map(warning => html`<li>${warning}</li>`)}</ul>`}
<p>It has learned from its training corpus only: expect lower scores on text of another kind, time or language; only labeled
text of that kind can tell how much lower. A score is the model’s own probability, not a measured frequency.</p>
<pre tabindex="0">import { loadTagger } from 'nerite'

const tagger = await loadTagger('path/to/the/run/folder')
console.log(await tagger.tag('…'))</pre>`
}

function trainingRows({ start, best, seed }: ModelFacts): string[][] {
  const sampled = start.epochSentences !== start.sentences
  const kept = best?.epoch == null ? 'the last one' : `${best.epoch}, with the best development F1`
  return [
    ...(start.from
      ? [['started from', `${start.from.model}${start.from.keepTypes ? ', types kept' : ''}`]]
      : []),
    ['sentences', formatCount(start.sentences)],
    ...(sampled ? [['sentences per epoch (sampled)', formatCount(Math.round(start.epochSentences))]] : []),
    ['tokens', formatCount(start.tokens)],
    [`different ${start.unit}s`, formatCount(start.words)],
    ['development sentences', formatCount(start.devSentences)],
    ...(best
      ? [
          ['epoch that was kept', kept],
          ['seconds', formatCount(Math.round(best.seconds))],
        ]
      : []),
    ...(seed === null ? [] : [['seed', String(seed)]]),
    ['runtime', `${start.runtime}, threads: ${start.threads}`],
  ]
}

function vectorTable({ vectors }: ModelFacts, coverage: NonNullable<ModelFacts['start']['vectors']>): Html {
  const row = (name: string, { words, exact, lower, digits, missing }: typeof coverage.tokens) => [
    name,
    ...[words, exact, lower, digits, missing].map(formatCount),
  ]
  return html`${tableHtml(
    `How training words found their pretrained vectors${vectors == null ? '' : ` in ${vectors}`}`,
    {
      header: ['counted by', 'all', 'as they are', 'in lower case', 'with digits replaced', 'not at all'],
      rows: [row('different words', coverage), row('tokens', coverage.tokens)],
    },
  )}
${coverage.examples.length > 0 && html`<p class="muted small">The most frequent words without a vector: ${coverage.examples.join(', ')}.</p>`}`
}

function testTable({ exact }: Scores): Html {
  return tableHtml('Exact matches on the test corpus', {
    header: ['type', 'precision', 'recall', 'F1', 'gold'],
    rows: [...Object.entries(exact.types), ['all types', exact.micro] as const].map(([type, of]) => [
      type,
      ...[of.precision, of.recall, of.f1].map(formatPercent),
      formatCount(of.gold),
    ]),
  })
}

function lossTable(shares: readonly LossShare[]): Html {
  const units = `${shares[0]?.unit ?? 'token'}s`
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return tableHtml('What class weights and focal loss do to each gold tag, on the development corpus', {
    header: ['tag', units, 'weight', `of ${units}`, 'of plain loss', 'of trained loss', 'recall'],
    rows: shares.map(row => [
      row.tag,
      String(row.tokens),
      row.weight.toFixed(2),
      ...[row.tokenShare, row.plainLossShare, row.trainedLossShare, row.recall].map(percent),
    ]),
  })
}
