import { ERROR_KINDS, type ErrorKind } from '../../evaluate/entity-errors.js'
import type { CostlyConfusion, ListedEntity, ListedError } from '../../evaluate/error-list.js'
import { formatCount } from '../../evaluate/format-number.js'
import { drawFigure, type Figure } from '../charts/figure.js'
import type { Plotting } from '../charts/plotting.js'
import { clip } from '../clip.js'
import { type Html, html } from '../html.js'
import { figureHtml, tableHtml } from '../page/figure-html.js'
import { browser, filterSelect, filterText } from './browser.js'
import type { MakeSection } from './section.js'

const KIND_MEANING: Readonly<Record<ErrorKind, string>> = {
  boundary: 'right type, wrong boundaries',
  type: 'right boundaries, wrong type',
  both: 'overlap, but boundaries and type are wrong',
  missed: 'a gold entity that no prediction overlaps',
  spurious: 'a predicted entity that overlaps no gold entity',
}

export const errorSection: MakeSection = ({ data: { evaluation }, plotting, colorOf }) => {
  const { errorCounts, confusions, errors } = evaluation
  const byKind = kindFigure(plotting, errorCounts)
  const section = { id: 'errors', title: 'Errors', figures: [byKind] }
  if (errors.total === 0)
    return {
      ...section,
      body: html`<p>There are no errors: every entity was found, and nothing else.</p>`,
    }
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
          ['0.5', '0.8', '0.9', '0.95', '0.99'].map(score => [score, score]),
          'any',
        )
      : html``,
    filterText('text contains'),
  ]
  return {
    ...section,
    body: html`<div class="grid">${figureHtml(byKind)}
<div>${tableHtml(
      'The most costly confusions: what they cost in missed and false entities',
      {
        header: ['confusion', 'errors', 'cost', 'examples'],
        rows: confusions.items.slice(0, 15).map(group => [
          describe(group),
          formatCount(group.count),
          formatCount(group.cost),
          group.examples
            .slice(0, 3)
            .map(({ text, count }) => clip(text, 40) + (count > 1 ? ` (${count})` : ''))
            .join(', '),
        ]),
        ...(confusions.total > 15 && { note: `15 of ${confusions.total}` }),
      },
      'text',
    )}</div></div>
<h3 id="error-browser">Every error in context</h3>
<p class="muted small">${
      errors.items.length < errors.total
        ? `${formatCount(errors.items.length)} of ${formatCount(errors.total)} errors are listed: each confusion has its share, the most confident ones first. `
        : ''
    }The most costly confusions come first.</p>
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
    body: html`<p>${by} with a score of at least ${suspects.minScore}: either the model is confidently wrong, or the label is.
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
      ? html`<mark style="--t:${colorOf(of.type)}">${of.text}<small>${of.type}${shown === undefined ? '' : ` ${shown.toFixed(2)}`}</small></mark>`
      : html`<span class="muted">nothing</span>`
  return html`<li data-kind="${kind}" data-gold="${gold?.type}" data-predicted="${predicted?.type}" data-score="${score?.toFixed(4)}">
<p><span class="chip" title="${KIND_MEANING[kind]}">${kind}</span><span class="muted small">${where ?? `sentence ${sentence + 1}`}</span></p>
<p>${before && html`<span class="muted">${before}</span> `}<b>${text}</b>${after && html` <span class="muted">${after}</span>`}</p>
<p><span class="side">gold</span> ${entity(gold, undefined)}</p>
<p><span class="side">predicted</span> ${entity(predicted, score)}</p></li>
`
}

/** How many errors there are of each class. */
function kindFigure(plotting: Plotting, counts: Readonly<Record<ErrorKind, number>>): Figure {
  const { Plot } = plotting
  const kinds = [...ERROR_KINDS].sort((a, b) => counts[b] - counts[a])
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0)
  const share = (kind: ErrorKind) => (total === 0 ? '–' : `${Math.round((100 * counts[kind]) / total)} %`)
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
        Plot.barX(bars, { ...at, fill: 'var(--c0)', fillOpacity: 0.75 }),
        Plot.text(bars, { ...at, text: 'label', textAnchor: 'start', dx: 4 }),
      ],
    },
    table: {
      header: ['class', 'errors', 'share', 'meaning'],
      rows: kinds.map(kind => [kind, formatCount(counts[kind]), share(kind), KIND_MEANING[kind]]),
    },
  })
}
