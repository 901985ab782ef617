import type { RecognizerKind } from '../../config/schema.js'
import { formatCount } from '../../evaluate/format-number.js'
import type { LossShare } from '../../evaluate/loss-shares.js'
import type { Scores } from '../../evaluate/scores.js'
import { type Html, html } from '../html.js'
import { tableHtml } from '../page/figure-html.js'
import { percent } from '../percent.js'
import type { ModelFacts } from '../report-data.js'
import type { MakeSection } from './section.js'

/** What the model is and how it was trained. */
export const cardSection: MakeSection = ({ data: { model, lossShares } }) => {
  if (!model && !lossShares) return undefined
  const warnings = model?.warnings.length ?? 0
  return {
    id: 'card',
    title: 'Model card',
    finding: model
      ? `${model.encoder ? `${model.encoder.join(', then ')}, ${model.decoder ?? ''} decoder` : KIND_NAMES[model.recognizer]}, ${formatCount(model.start.parameters)} parameters.${warnings > 0 ? ` Training warned of ${warnings === 1 ? 'one thing' : `${warnings} things`}.` : ''}`
      : 'What class weights and focal loss do.',
    body: html`${model && modelHtml(model)}
${lossShares && lossTable(lossShares)}`,
  }
}

/** What a recognizer is, for the card. */
const KIND_NAMES: Readonly<Record<RecognizerKind, string>> = {
  neural: 'a network',
  crf: 'a linear-chain CRF',
  hmm: 'a trigram hidden Markov model',
  bootstrap: 'decision lists grown from a few names',
}

export const settingsSection: MakeSection = ({ data: { settings } }) =>
  settings && {
    id: 'settings',
    title: 'Every setting',
    finding: `${settings.length} settings, as the run resolved them.`,
    body: factsHtml(settings, 'facts settings'),
  }

function modelHtml(model: ModelFacts): Html {
  const { start, test, warnings } = model
  return html`${factsHtml(networkFacts(model))}
${warnings.length > 0 && html`<h4>What training warned of</h4><ul>${warnings.map(warning => html`<li>${warning}</li>`)}</ul>`}
<h4>How it was trained</h4>
${factsHtml(trainingFacts(model))}
${start.vectors && vectorTable(model, start.vectors)}
${test && testTable(test)}
<h4>What to expect</h4>
<p>It has learned from its training corpus only: expect lower scores on text of another kind, time or language; only labeled
text of that kind can tell how much lower. A score is the model’s own probability, not a measured frequency.</p>
<pre tabindex="0">import { loadTagger } from 'nerite'

const tagger = await loadTagger('path/to/the/run/folder')
console.log(await tagger.tag('…'))</pre>`
}

/** Names with values, in columns if there is room. */
function factsHtml(facts: readonly (readonly [name: string, value: string])[], kind = 'facts'): Html {
  return html`<dl class="${kind}">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

type Facts = (readonly [string, string])[]

function networkFacts({ start, encoder, decoder, recognizer }: ModelFacts): Facts {
  return [
    ['finds', start.types.length > 0 ? start.types.join(', ') : 'nothing: its training corpus has no entity'],
    ...(encoder
      ? [
          ['encoder', encoder.join(', then ')] as const,
          ['decoder', `${decoder ?? ''} over ${start.tags} tags`] as const,
        ]
      : [['is', `${KIND_NAMES[recognizer]} over ${start.tags} tags`] as const]),
    ['reads', `${start.unit}s`],
    ['trainable parameters', formatCount(start.parameters)],
    ...(start.from
      ? [['started from', `${start.from.model}${start.from.keepTypes ? ', types kept' : ''}`] as const]
      : []),
  ]
}

function trainingFacts({ start, best, seed }: ModelFacts): Facts {
  const sampled = start.epochSentences !== start.sentences
  const kept = best?.epoch == null ? 'the last one' : `${best.epoch}, with the best development F1`
  const counts: Facts = [
    ['sentences', formatCount(start.sentences)],
    ...(sampled
      ? [['sentences per epoch (sampled)', formatCount(Math.round(start.epochSentences))] as const]
      : []),
    ['tokens', formatCount(start.tokens)],
    [`different ${start.unit}s`, formatCount(start.words)],
    ['development sentences', formatCount(start.devSentences)],
  ]
  const outcome: Facts = best
    ? [
        ['epoch that was kept', kept],
        ['seconds', formatCount(Math.round(best.seconds))],
      ]
    : []
  return [
    ...counts,
    ...outcome,
    ...(seed === null ? [] : [['seed', String(seed)] as const]),
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
      ...[of.precision, of.recall, of.f1].map(percent),
      formatCount(of.gold),
    ]),
  })
}

function lossTable(shares: readonly LossShare[]): Html {
  const units = `${shares[0]?.unit ?? 'token'}s`
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
