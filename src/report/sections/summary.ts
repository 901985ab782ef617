import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import { ZERO_DIVISION } from '../../evaluate/prf.js'
import { type Figure, LABEL } from '../charts/figure.js'
import type { Plotting } from '../charts/plotting.js'
import { type PrfRow, prfDots } from '../charts/prf-dots.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import { figureHtml, tableHtml } from '../page/figure-html.js'
import type { RawText } from '../report-data.js'
import type { MakeSection } from './section.js'

export const summarySection: MakeSection = ({ data, plotting, types }) => {
  const { scores, intervals, corpus, chosenOn, rawText } = data.evaluation
  const { exact, relaxed, semeval, baseline } = scores
  const interval = intervals.f1
    ? `95 % interval ${formatPercent(intervals.f1.low)} to ${formatPercent(intervals.f1.high)}`
    : 'no interval'
  const tiles: readonly (readonly [string, string, string])[] = [
    ['F1', formatPercent(exact.micro.f1), interval],
    [
      'precision',
      formatPercent(exact.micro.precision),
      `${formatCount(exact.micro.correct)} of ${formatCount(exact.micro.predicted)} predicted entities are right`,
    ],
    [
      'recall',
      formatPercent(exact.micro.recall),
      `${formatCount(exact.micro.correct)} of ${formatCount(exact.micro.gold)} gold entities were found`,
    ],
    ['macro F1', formatPercent(exact.macro.f1), `the mean over ${types.length} types`],
    ['token accuracy', formatPercent(scores.accuracy), `always O: ${formatPercent(baseline.allO.accuracy)}`],
    ...(rawText ? [rawTile(rawText)] : []),
    ['text', formatCount(scores.tokens), `tokens in ${formatCount(scores.sentences)} sentences`],
  ]
  const byType = typeFigure(
    plotting,
    types.map(type => ({ label: type, ...exact.types[type] })),
  )
  const prf = (name: string, of: { precision: number | null; recall: number | null; f1: number | null }) => [
    name,
    ...[of.precision, of.recall, of.f1].map(formatPercent),
  ]
  return {
    id: 'scores',
    title: 'Scores',
    figures: byType && [byType],
    body: html`<p>Measured on <b>${corpus}</b>${chosenOn ? ', which also chose the epoch to keep: expect slightly lower scores on other text.' : '.'}
All figures are percentages of whole entities with exact boundaries and type unless said otherwise.</p>
<ul class="tiles">${tiles.map(([name, value, note]) => html`<li><span>${name}</span><b>${value}</b><span>${note}</span></li>`)}</ul>
<div class="grid">
${byType && figureHtml(byType)}
<div>${tableHtml('Ways to count a match', {
      header: ['match', 'precision', 'recall', 'F1'],
      rows: [
        prf('exact: boundaries and type', exact.micro),
        prf('type, any overlap', relaxed.type),
        prf('boundaries, any type', relaxed.boundary),
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

/** What the score is worth for text that comes without tokens. */
function rawTile({ f1, difference, isEstimated }: RawText): readonly [string, string, string] {
  const how = isEstimated ? ', estimated from its tokens' : ''
  const points =
    difference === null
      ? ''
      : `; ${formatPercent(Math.abs(difference))} points ${difference < 0 ? 'lower' : 'higher'}`
  return ['F1 on raw text', formatPercent(f1), `the text alone, cut by our rules${how}${points}`]
}

function typeFigure(plotting: Plotting, rows: readonly PrfRow[]): Figure | undefined {
  if (rows.length === 0) return undefined
  const scored = rows.filter(row => row.gold > 0).sort((a, b) => (b.f1 ?? 0) - (a.f1 ?? 0))
  const [best, worst] = [scored[0], scored[scored.length - 1]]
  const f1 = ({ f1 }: PrfRow) => formatPercent(f1)
  const extremes =
    !best || best === worst
      ? ''
      : ` Best: ${clip(best.label, LABEL)} (F1 ${f1(best)}); worst: ${clip(worst.label, LABEL)} (${f1(worst)}).`
  const description = `Types with most gold entities first; their number follows the name.${extremes}`
  return prfDots(plotting, { id: 'type-scores', title: 'By type', rowName: 'type', rows, description })
}
