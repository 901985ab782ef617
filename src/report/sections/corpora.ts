import { formatCount } from '../../evaluate/format-number.js'
import { sentenceLengthFigure, typeShareFigure } from '../charts/corpora.js'
import type { CorpusFacts } from '../corpus-facts.js'
import { type Html, html } from '../html.js'
import { figureHtml, tableHtml } from '../page/figure-html.js'
import type { MakeSection } from './section.js'

export const corpusSection: MakeSection = ({ data: { corpora }, plotting }) => {
  if (corpora.length === 0) return undefined
  const shares = typeShareFigure(plotting, corpora)
  return {
    id: 'corpora',
    title: 'Corpora',
    body: html`${tableHtml('The corpora in figures', { header: ['figure', ...corpora.map(({ role }) => role)], rows: figures(corpora) })}
<div class="grid">${shares && figureHtml(shares)}${figureHtml(sentenceLengthFigure(plotting, corpora))}</div>
${corpora.map(mentions)}`,
  }
}

function figures(corpora: readonly CorpusFacts[]): string[][] {
  const row = (name: string, value: (facts: CorpusFacts) => string) => [name, ...corpora.map(value)]
  const share = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(1)} %`)
  const distinct = ({ distinct, exact }: { distinct: number; exact: boolean }) =>
    exact ? formatCount(distinct) : `more than ${formatCount(distinct)}`
  return [
    row('file', ({ name }) => name),
    row('sentences', ({ stats }) => formatCount(stats.sentences)),
    row('tokens', ({ stats }) => formatCount(stats.tokens)),
    row('entities', ({ stats }) => formatCount(stats.entities)),
    row('scheme', ({ stats }) => stats.scheme ?? 'none'),
    row('ill-formed tags', ({ stats }) => formatCount(stats.illFormed)),
    row('documents', ({ stats }) => (stats.documents === null ? 'not marked' : formatCount(stats.documents))),
    row('tokens outside of entities', ({ stats }) => share(stats.outside)),
    row('sentences without entities', ({ stats }) =>
      share(stats.sentences === 0 ? null : stats.sentencesWithoutEntities / stats.sentences),
    ),
    row('entities a sentence', ({ stats }) => stats.entitiesPerSentence?.toFixed(2) ?? '–'),
    row('different words', ({ stats }) => distinct(stats.vocabulary)),
    row('different mentions', ({ stats }) => distinct(stats.mentions)),
    row('mentions with several types', ({ stats }) => formatCount(stats.ambiguous.mentions)),
  ]
}

function mentions({ role, stats }: CorpusFacts): Html {
  const types = Object.keys(stats.types)
  if (types.length === 0) return html``
  const ambiguous = stats.ambiguous.examples.map(({ mention, types }) => [
    mention,
    Object.entries(types)
      .map(([type, count]) => `${type} ${formatCount(count)}`)
      .join(', '),
  ])
  return html`<details><summary>Frequent and ambiguous mentions: ${role}</summary>
${tableHtml(
  `The most frequent mentions of each type, ${role}`,
  {
    header: ['type', 'entities', 'tokens each', 'longest', 'most frequent'],
    rows: types.map(type => [
      type,
      formatCount(stats.types[type]),
      stats.entityLength[type]?.mean.toFixed(2) ?? '–',
      String(stats.entityLength[type]?.max ?? '–'),
      stats.commonest[type].map(({ mention, count }) => `${mention} (${formatCount(count)})`).join(', '),
    ]),
  },
  'text',
)}
${ambiguous.length > 0 && tableHtml(`Mentions with several types, ${role}`, { header: ['mention', 'types'], rows: ambiguous }, 'text')}
</details>
`
}
