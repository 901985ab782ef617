import { formatCount } from '../../evaluate/format-number.js'
import type { Prf } from '../../evaluate/prf.js'
import { LABEL, LISTED_LABEL } from '../charts/figure.js'
import type { Figure } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { type PrfRow, prfDots } from '../charts/prf-dots.js'
import { clip } from '../clip.js'
import { type Html, html } from '../html.js'
import { tableHtml } from '../page/figure-html.js'
import { barHtml } from '../page/verdict-html.js'
import { percent, points } from '../percent.js'
import type { RawText } from '../report-data.js'
import type { MakeSection } from './section.js'

/** Types that are listed. */
const LISTED = 100

/** Scores by type. */
export const summarySection: MakeSection = ({ data, plotting, types, colorOf }) => {
  const { exact } = data.evaluation.scores
  const training = data.corpora.filter(({ role }) => role === 'training')
  const rows = types.map(type => ({ label: type, ...exact.types[type] }))
  const byType = typeFigure(plotting, rows)
  if (!byType) return undefined
  const learned = (type: string) =>
    training.length === 0 ? undefined : training.reduce((sum, { stats }) => sum + (stats.types[type] ?? 0), 0)
  return {
    id: 'scores',
    title: 'By type',
    finding: extremes(rows),
    isOpen: true,
    figures: [byType],
    body: typeTable(rows, { learned, colorOf }),
  }
}

interface TypeTableOptions {
  /** Examples in training; `undefined` if that is not known. */
  readonly learned: (type: string) => number | undefined
  readonly colorOf: (type: string) => string
}

function typeTable(rows: readonly PrfRow[], { learned, colorOf }: TypeTableOptions): Html {
  const hasTraining = rows.some(({ label }) => learned(label) !== undefined)
  const count = (label: string, value: number) => html`<td data-label="${label}">${formatCount(value)}</td>`
  return html`<table class="types list-on-phone"><caption>Entities with exact boundaries and type${rows.length > LISTED && html`. The first ${LISTED} of ${rows.length} types`}</caption>
<thead><tr><th scope="col">type</th><th scope="col" class="f">F1</th><th scope="col">precision</th><th scope="col">recall</th><th scope="col">to find</th><th scope="col">found</th>${hasTraining && html`<th scope="col">in training</th>`}</tr></thead>
<tbody>
${rows.slice(0, LISTED).map(
  ({
    label,
    f1,
    precision,
    recall,
    gold,
    predicted,
  }) => html`<tr><th scope="row"><span class="swatch" style="--t:${colorOf(label)}"></span>${clip(label, LISTED_LABEL)}</th><td class="f"><div>${barHtml(f1)}<span>${percent(f1)}</span></div></td><td data-label="precision">${percent(precision)}</td><td data-label="recall">${percent(recall)}</td>${count('to find', gold)}${count('found', predicted)}${hasTraining && count('in training', learned(label) ?? 0)}</tr>
`,
)}</tbody></table>`
}

function extremes(rows: readonly PrfRow[]): string {
  const scored = rows.filter(row => row.gold > 0).sort((a, b) => (b.f1 ?? 0) - (a.f1 ?? 0))
  const [best, worst] = [scored[0], scored[scored.length - 1]]
  const name = ({ label, f1 }: PrfRow) => `${clip(label, LABEL)} (F1 ${percent(f1)})`
  if (!best) return 'No type has a labeled entity.'
  if (best !== worst && best.f1 === worst.f1) return `Every type has an F1 of ${percent(best.f1)}.`
  return best === worst ? `${name(best)} is the only type.` : `Best: ${name(best)}. Weakest: ${name(worst)}.`
}

function typeFigure(plotting: Plotting, rows: readonly PrfRow[]): Figure | undefined {
  if (rows.length === 0) return undefined
  const description = `Types with most gold entities first; their number follows the name. ${extremes(rows)}`
  return prfDots(plotting, { id: 'type-scores', title: 'By type', rowName: 'type', rows, description })
}

/** The same predictions, counted in other ways. */
export const countingSection: MakeSection = ({ data, types }) => {
  const { scores, intervals, rawText } = data.evaluation
  const { exact, relaxed, semeval, baseline } = scores
  const prf = (name: string, of: Prf) => [name, ...[of.precision, of.recall, of.f1].map(percent)]
  const range = intervals.f1
  const gain = (relaxed.type.f1 ?? 0) - (exact.micro.f1 ?? 0)
  return {
    id: 'counting',
    title: 'Ways to count',
    finding: `F1 ${percent(relaxed.type.f1)} if any overlap with the right type counts${gain > 0.0005 ? `, ${points(gain)} more` : ''}. Mean of the types: ${percent(exact.macro.f1)}.`,
    body: html`${tableHtml('Precision, recall and F1', {
      header: ['what counts as a match', 'precision', 'recall', 'F1'],
      rows: [
        prf('exact: boundaries and type', exact.micro),
        prf('type, any overlap', relaxed.type),
        prf('boundaries, any type', relaxed.boundary),
        prf('SemEval strict', semeval.strict),
        prf('SemEval exact boundaries', semeval.exact),
        prf('SemEval partial boundaries', semeval.partial),
        prf('SemEval type', semeval.type),
        prf(`exact, mean of ${types.length} types (macro)`, exact.macro),
        prf('exact, mean weighted by entities', exact.weighted),
        ...(rawText ? [prf('exact, on the text alone', rawText)] : []),
      ],
    })}
${rawText && html`<p>${rawNote(rawText)}</p>`}
<p>Token accuracy is ${percent(scores.accuracy)}. A tagger that always says <code>O</code> reaches ${percent(baseline.allO.accuracy)}, and an F1 of ${percent(baseline.allO.f1 ?? 0)}: that is why accuracy says little.</p>
<p class="muted small">${formatCount(scores.tokens)} tokens in ${formatCount(scores.sentences)} sentences. Entities are read as ${scores.mode} reads them, from ${scores.scheme} tags. A score that cannot be computed (–) counts as 0 in means.
${range ? `The ${Math.round(100 * intervals.level)}% interval of F1, ${percent(range.low)} to ${percent(range.high)}, is a bootstrap over sentences (${formatCount(intervals.samples)} samples).` : ''}</p>`,
  }
}

/** What the score is worth for text that comes without tokens. */
function rawNote({ f1, difference, isEstimated }: RawText): string {
  const how = isEstimated ? ' (put together from its tokens)' : ''
  const change = difference === null ? '' : `, ${points(difference)} ${difference < 0 ? 'lower' : 'higher'}`
  return `Given the text alone${how}, cut into tokens and sentences by our rules, F1 is ${percent(f1)}${change}.`
}
