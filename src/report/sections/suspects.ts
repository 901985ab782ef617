import { formatCount } from '../../evaluate/format-number.js'
import { html } from '../html.js'
import { browser, filterText } from './browser.js'
import { errorItem } from './errors.js'
import type { MakeSection } from './section.js'

export const suspectSection: MakeSection = ({ data: { evaluation }, colorOf }) => {
  const { suspects } = evaluation
  if (!suspects || suspects.total === 0) return undefined
  const by =
    suspects.by === 'folds'
      ? html`In <b>${suspects.corpus}</b>, tagged fold by fold by models that had not seen the sentence in training, a prediction contradicts the gold label`
      : html`In <b>${suspects.corpus}</b> the model of this report contradicts the gold label`
  return {
    id: 'suspects',
    title: 'Labels to review',
    body: html`<p>${by} with a score of at least ${suspects.minScore}: either the model is confidently wrong, or the label is.
${formatCount(suspects.total)} of them${suspects.items.length < suspects.total ? `, of which the first ${suspects.items.length} are listed` : ''}, most
confident first. Entities that the model misses have no score and are not judged here.</p>
${browser(
  [filterText('text contains')],
  suspects.items.map(error => errorItem(error, colorOf)),
)}`,
  }
}
