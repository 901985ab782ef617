import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import { ZERO_DIVISION } from '../../evaluate/prf.js'
import { typeScoresFigure } from '../charts/type-scores.js'
import { html } from '../html.js'
import { figureHtml, tableHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

export const summarySection: MakeSection = ({ data, plotting, types }) => {
  const { scores, intervals, corpus, chosenOn } = data.evaluation
  const { exact, relaxed, semeval, baseline } = scores
  const interval = intervals.f1
    ? `95 % interval ${formatPercent(intervals.f1.low)} to ${formatPercent(intervals.f1.high)}`
    : 'no interval'
  const tiles: readonly (readonly [string, string, string])[] = [
    ['F1', formatPercent(exact.micro.f1), interval],
    [
      'precision',
      formatPercent(exact.micro.precision),
      `${formatCount(exact.micro.correct)} of ${formatCount(exact.micro.predicted)} predicted are right`,
    ],
    [
      'recall',
      formatPercent(exact.micro.recall),
      `${formatCount(exact.micro.correct)} of ${formatCount(exact.micro.gold)} gold were found`,
    ],
    ['macro F1', formatPercent(exact.macro.f1), `the plain mean over ${types.length} types`],
    [
      'token accuracy',
      formatPercent(scores.accuracy),
      `always O has ${formatPercent(baseline.allO.accuracy)}`,
    ],
    ['text', formatCount(scores.tokens), `tokens in ${formatCount(scores.sentences)} sentences`],
  ]
  const byType = typeScoresFigure(plotting, scores, types)
  const prf = (name: string, of: { precision: number | null; recall: number | null; f1: number | null }) => [
    name,
    ...[of.precision, of.recall, of.f1].map(formatPercent),
  ]
  return {
    id: 'scores',
    title: 'Scores',
    body: html`<p>Measured on <b>${corpus}</b>${chosenOn ? ', which also chose the epoch to keep: expect a little less on text that did not.' : '.'}
All figures are percentages of whole entities with exact boundaries and type unless said otherwise.</p>
<ul class="tiles">${tiles.map(([name, value, note]) => html`<li><span>${name}</span><b>${value}</b><span>${note}</span></li>`)}</ul>
<div class="grid">
${byType && figureHtml(byType)}
<div>${tableHtml('Ways to count a match', {
      header: ['match', 'precision', 'recall', 'F1'],
      rows: [
        prf('exact: boundaries and type', exact.micro),
        prf('type, on any overlap', relaxed.type),
        prf('boundaries, whatever the type', relaxed.boundary),
        prf('SemEval strict', semeval.strict),
        prf('SemEval exact boundaries', semeval.exact),
        prf('SemEval partial boundaries', semeval.partial),
        prf('SemEval type', semeval.type),
        prf('exact, macro average', exact.macro),
        prf('exact, weighted average', exact.weighted),
      ],
    })}
<p class="muted small">Mode ${scores.mode}, scheme ${scores.scheme}; ${ZERO_DIVISION}. The interval is a bootstrap over
sentences (${formatCount(intervals.samples)} samples).</p></div>
</div>`,
  }
}
