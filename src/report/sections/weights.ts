import { formatCount } from '../../evaluate/format-number.js'
import type { FeatureWeight, LearnedWeights } from '../../features/crf/strongest.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import { tableHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

/** Characters of a feature that are shown. */
const SHOWN = 60
/** Transitions at either end that are shown. */
const STEPS = 8

/** What a CRF learned. */
export const weightSection: MakeSection = ({ data: { weights } }) => {
  if (!weights) return undefined
  const { features, weights: count, tags } = weights
  return {
    id: 'weights',
    title: 'What it learned',
    finding: `${formatCount(count)} weights of ${formatCount(features)} features.`,
    body: html`<p>${formatCount(count)} weights of ${formatCount(features)} features. A weight above 0 speaks for a tag, one below 0
against it; <code>nerite weights</code> shows more of them.</p>
<div class="grid">${tableHtml('Steps from tag to tag: the largest and smallest weights', {
      header: ['from', 'to', 'weight'],
      rows: stepRows(weights),
    })}
${tags.map(({ tag, strongest, weakest }) =>
  tableHtml(`Features for and against ${clip(tag, SHOWN)}`, {
    header: ['feature', 'weight'],
    rows: [...strongest, ...[...weakest].reverse()].map(featureRow),
  }),
)}${ofSteps(weights)}</div>`,
  }
}

function ofSteps({ steps }: LearnedWeights) {
  const rows = [...steps.strongest, ...[...steps.weakest].reverse()]
  if (rows.length === 0) return ''
  return tableHtml('Features for and against steps from tag to tag', {
    header: ['from', 'to', 'feature', 'weight'],
    rows: rows.map(({ from, to, ...own }) => [clip(from, SHOWN), clip(to, SHOWN), ...featureRow(own)]),
  })
}

function stepRows({ transitions }: LearnedWeights): string[][] {
  const shown =
    transitions.length <= 2 * STEPS
      ? transitions
      : [...transitions.slice(0, STEPS), ...transitions.slice(-STEPS)]
  return shown.map(({ from, to, weight }) => [clip(from, SHOWN), clip(to, SHOWN), weight.toFixed(2)])
}

function featureRow({ feature, weight }: FeatureWeight): string[] {
  return [clip(feature, SHOWN), weight.toFixed(2)]
}
