import { ERROR_KINDS, type ErrorKind } from '../../evaluate/entity-errors.js'
import type { CostlyConfusion, ListedEntity, ListedError } from '../../evaluate/error-list.js'
import { formatCount } from '../../evaluate/format-number.js'
import { drawFigure } from '../charts/figure.js'
import type { Figure } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { type Capped, clip } from '../clip.js'
import { type Html, html } from '../html.js'
import { figureHtml } from '../page/figure-html.js'
import { wholePercent } from '../percent.js'
import { browser, filterSelect, filterText } from './browser.js'
import type { MakeSection } from './section.js'

const KIND_MEANING: Readonly<Record<ErrorKind, string>> = {
  boundary: 'right type, wrong boundaries',
  type: 'right boundaries, wrong type',
  both: 'overlap, but boundaries and type are wrong',
  missed: 'a gold entity that no prediction overlaps',
  spurious: 'a predicted entity that overlaps no gold entity',
}

/** Rows of the table of confusions. */
const CONFUSIONS = 15

export const errorSection: MakeSection = ({ data: { evaluation }, plotting }) => {
  const { errorCounts, confusions, errors } = evaluation
  const byKind = kindFigure(plotting, errorCounts)
  const section = { id: 'errors', title: 'Kinds of errors', figures: [byKind] }
  if (errors.total === 0)
    return {
      ...section,
      finding: 'None.',
      body: html`<p>There are no errors: every entity was found, and nothing else.</p>`,
    }
  return {
    ...section,
    finding: byKind.description,
    body: html`${figureHtml(byKind)}
${costTable(confusions)}`,
  }
}

function costTable({ items, total }: Capped<CostlyConfusion>): Html {
  const rows = items.slice(0, CONFUSIONS)
  return html`<table class="text wide list-on-phone"><caption>The most costly confusions. The cost is what they bring in missed and false entities${total > rows.length && html`; ${rows.length} of ${formatCount(total)}`}.</caption>
<thead><tr><th scope="col">confusion</th><th scope="col">errors</th><th scope="col">cost</th><th scope="col">examples</th></tr></thead>
<tbody>
${rows.map(
  group => html`<tr><th scope="row">${describe(group)}</th><td data-label="errors">${formatCount(group.count)}</td><td data-label="cost">${formatCount(group.cost)}</td><td class="block">${group.examples
    .slice(0, 3)
    .map(({ text, count }) => clip(text, 40) + (count > 1 ? ` (${count})` : ''))
    .join(' · ')}</td></tr>
`,
)}</tbody></table>`
}

/** Every error where it stands, with filters. */
export const errorListSection: MakeSection = ({ data: { evaluation }, colorOf }) => {
  const { errorCounts, errors } = evaluation
  if (errors.items.length === 0) return undefined
  const kinds = ERROR_KINDS.filter(kind => errorCounts[kind] > 0)
  const options = (texts: readonly (string | undefined)[]) =>
    [...new Set(texts.filter(text => text !== undefined))].sort().map(text => [text, text] as const)
  const hasScores = errors.items.some(({ predicted }) => predicted?.score !== undefined)
  const controls = [
    filterSelect(
      'kind',
      'class',
      kinds.map(kind => [kind, `${kind} (${errorCounts[kind]})`]),
      'every class',
    ),
    filterSelect('gold', 'gold type', options(errors.items.map(({ gold }) => gold?.type)), 'any'),
    filterSelect(
      'predicted',
      'predicted type',
      options(errors.items.map(({ predicted }) => predicted?.type)),
      'any',
    ),
    hasScores
      ? filterSelect(
          'score',
          'minimum score',
          ['0.5', '0.8', '0.9', '0.95', '0.99'].map(score => [score, wholePercent(Number(score))]),
          'any',
        )
      : html``,
    filterText('text contains'),
  ]
  const isPart = errors.items.length < errors.total
  return {
    id: 'error-browser',
    title: 'Errors in context',
    finding: isPart
      ? `${formatCount(errors.items.length)} of ${formatCount(errors.total)} errors, the most costly confusions first.`
      : `${errors.total === 1 ? 'The one error' : `All ${formatCount(errors.total)} errors`}, the most costly confusions first.`,
    body: html`${
      isPart &&
      html`<p class="muted small">${formatCount(errors.items.length)} of ${formatCount(errors.total)} errors are listed: each confusion has its share, the most confident ones first.</p>`
    }
${browser(
  controls,
  errors.items.map(error => errorItem(error, colorOf)),
)}`,
  }
}

export const suspectSection: MakeSection = ({ data: { evaluation }, colorOf }) => {
  const { suspects } = evaluation
  if (!suspects || suspects.total === 0) return undefined
  const by =
    suspects.by === 'folds'
      ? html`In <b>${suspects.corpus}</b>, tagged by models that had not been trained on the sentence, a prediction contradicts the gold label`
      : html`In <b>${suspects.corpus}</b>, the model of this report contradicts the gold label`
  return {
    id: 'suspects',
    title: 'Labels to review',
    finding: `${formatCount(suspects.total)} labels of ${clip(suspects.corpus, 40)} that a confident prediction contradicts.`,
    body: html`<p>${by} with a score of at least ${wholePercent(suspects.minScore)}: either the model is confidently wrong, or the label is.
There are ${formatCount(suspects.total)}${suspects.items.length < suspects.total ? ` (the first ${suspects.items.length} are listed)` : ''}, most
confident first. Entities that the model misses have no score and are not among them.</p>
${browser(
  [filterText('text contains')],
  suspects.items.map(error => errorItem(error, colorOf)),
)}`,
  }
}

function describe({ kind, gold, predicted }: CostlyConfusion): string {
  const types =
    gold && predicted ? (gold === predicted ? gold : `${gold} → ${predicted}`) : (gold ?? predicted ?? '')
  return `${kind}: ${clip(types, 60)}`
}

function errorItem(error: ListedError, colorOf: (type: string) => string): Html {
  const { kind, gold, predicted, before, text, after, where, sentence } = error
  const score = predicted?.score
  const entity = (of: ListedEntity | undefined, shown: number | undefined) =>
    of
      ? html`<mark style="--t:${colorOf(of.type)}"><bdi>${of.text}</bdi><small><bdi>${of.type}${shown === undefined ? '' : ` ${wholePercent(shown)}`}</bdi></small></mark>`
      : html`<span class="muted">nothing</span>`
  return html`<li data-kind="${kind}" data-gold="${gold?.type}" data-predicted="${predicted?.type}" data-score="${score?.toFixed(4)}">
<p><span class="chip" title="${KIND_MEANING[kind]}">${kind}</span><span class="muted small">${where ?? `sentence ${sentence + 1}`}</span></p>
<p dir="auto"><span class="muted">${before}</span><b>${text}</b><span class="muted">${after}</span></p>
<dl class="pair"><dt>gold</dt><dd dir="auto">${entity(gold, undefined)}</dd><dt>predicted</dt><dd dir="auto">${entity(predicted, score)}</dd></dl></li>
`
}

/** How many errors there are of each class. */
function kindFigure(plotting: Plotting, counts: Readonly<Record<ErrorKind, number>>): Figure {
  const { Plot } = plotting
  const kinds = [...ERROR_KINDS].sort((a, b) => counts[b] - counts[a])
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0)
  const share = (kind: ErrorKind) => (total === 0 ? '–' : wholePercent(counts[kind] / total))
  const bars = kinds.map(kind => ({ kind, count: counts[kind], label: formatCount(counts[kind]) }))
  const at = { x: 'count', y: 'kind' }
  return drawFigure(plotting, {
    id: 'error-kinds',
    title: 'Errors by class',
    description:
      total === 0
        ? 'There are no errors.'
        : `${formatCount(total)} errors; most are ${kinds[0]} (${share(kinds[0])}): ${KIND_MEANING[kinds[0]]}.`,
    plot: {
      height: 180,
      marginLeft: 70,
      marginRight: 50,
      x: {
        grid: true,
        label: null,
        ticks: 4,
        tickFormat: 'd',
        domain: [0, Math.max(4, ...kinds.map(kind => counts[kind]))],
      },
      y: { domain: kinds, label: null, tickSize: 0 },
      marks: [
        Plot.barX(bars, { ...at, fill: 'var(--fill)', fillOpacity: 0.75 }),
        Plot.text(bars, { ...at, text: 'label', textAnchor: 'start', dx: 4 }),
      ],
    },
    table: {
      header: ['class', 'errors', 'share', 'meaning'],
      rows: kinds.map(kind => [kind, formatCount(counts[kind]), share(kind), KIND_MEANING[kind]]),
    },
  })
}
