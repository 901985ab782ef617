import { CONFLICT_HEADER, conflictRows, SOURCE_HEADER, sourceRows } from '../../evaluate/source-tally.js'
import { clip } from '../clip.js'
import { html } from '../html.js'
import { tableHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

/** Characters of a part's name that are shown. */
const SHOWN = 40

/** Which part of a combination, or which rule, found what, and which was preferred to which. */
export const partSection: MakeSection = ({ data: { evaluation } }) => {
  const { parts } = evaluation
  if (!parts) return undefined
  const names = Object.keys(parts.sources)
  const lost = parts.conflicts.reduce((sum, { count }) => sum + count, 0)
  const count = names.length === 1 ? 'one part' : `${names.length} parts`
  return {
    id: 'parts',
    title: 'Which part found what',
    finding: `${count}; ${lost === 0 ? 'they never disagreed' : `${lost} finds were left out for others at the same place`}.`,
    body: html`<p>What each part found, and what was kept of it where parts found something at the same place. Precision is that of what
was kept; recall is of the entities of the part’s own types.</p>
${tableHtml('What each part found', {
  header: [...SOURCE_HEADER],
  rows: sourceRows(parts).map(([name, ...figures]) => [clip(name, SHOWN), ...figures]),
})}
${
  parts.conflicts.length > 0 &&
  tableHtml('Who was preferred to whom', {
    header: [...CONFLICT_HEADER],
    rows: conflictRows(parts).map(([winner, loser, ...figures]) => [
      clip(winner, SHOWN),
      clip(loser, SHOWN),
      ...figures,
    ]),
  })
}`,
  }
}
