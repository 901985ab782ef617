import { formatCount } from '../../evaluate/format-number.js'
import { drawFigure, LABEL, LISTED_LABEL, labelMargin } from '../charts/figure.js'
import type { Figure, LegendEntry } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import { clip } from '../clip.js'
import { type CorpusFacts, LENGTH_RANGES, LENGTH_STEP } from '../corpus-facts.js'
import { type Html, html } from '../html.js'
import { figuresHtml, tableHtml } from '../page/figure-html.js'
import { percent } from '../percent.js'
import type { MakeSection } from './section.js'

export const corpusSection: MakeSection = ({ data: { corpora }, plotting }) => {
  if (corpora.length === 0) return undefined
  const figures = [...shareFigures(plotting, corpora), lengthFigure(plotting, corpora)]
  return {
    id: 'corpora',
    title: 'The corpora in numbers',
    finding: corpora
      .map(
        ({ role, stats }) =>
          `${role}: ${formatCount(stats.sentences)} sentences, ${formatCount(stats.entities)} entities`,
      )
      .join('; '),
    figures,
    body: html`${tableHtml('The corpora in numbers', { header: ['measure', ...corpora.map(({ role }) => role)], rows: sizes(corpora) })}
${figuresHtml(figures)}
${corpora.map(mentions)}`,
  }
}

function sizes(corpora: readonly CorpusFacts[]): string[][] {
  const row = (name: string, value: (facts: CorpusFacts) => string) => [name, ...corpora.map(value)]
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
    row('tokens outside entities', ({ stats }) => share(stats.outside)),
    row('sentences without entities', ({ stats }) =>
      share(stats.sentences === 0 ? null : stats.sentencesWithoutEntities / stats.sentences),
    ),
    row('entities per sentence', ({ stats }) => stats.entitiesPerSentence?.toFixed(2) ?? '–'),
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
  return html`<details class="numbers"><summary>Frequent and ambiguous mentions: ${role}</summary>
${tableHtml(
  `The most frequent mentions of each type, ${role}`,
  {
    header: ['type', 'entities', 'mean tokens', 'longest', 'most frequent'],
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

function share(value: number | null): string {
  return percent(value)
}

/** Types that are drawn. */
const TYPES = 16
const SIGNS = ['circle', 'square', 'triangle'] as const

function legendOf(corpora: readonly CorpusFacts[]): LegendEntry[] {
  return corpora.map(({ role }, i) => ({
    label: role,
    color: `var(--s${i % 3})`,
    sign: SIGNS[i % SIGNS.length],
  }))
}

/** The share of each type among the entities of each corpus; none without types. */
function shareFigures(plotting: Plotting, corpora: readonly CorpusFacts[]): Figure[] {
  const { Plot } = plotting
  const legend = legendOf(corpora)
  const types = [...new Set(corpora.flatMap(({ stats }) => Object.keys(stats.types)))]
  if (types.length === 0) return []
  const drawn = types.slice(0, TYPES)
  const shareOf = ({ stats }: CorpusFacts, type: string) =>
    stats.entities === 0 ? null : (stats.types[type] ?? 0) / stats.entities
  const points = (facts: CorpusFacts) =>
    drawn.map((type, i) => ({ type: i, share: shareOf(facts, type) ?? 0 }))
  const most = Math.max(0.05, ...corpora.flatMap(facts => points(facts).map(point => point.share)))
  const [first] = corpora
  const top = (100 * (shareOf(first, types[0]) ?? 0)).toFixed(0)
  return [
    drawFigure(plotting, {
      id: 'type-shares',
      title: 'Types',
      description:
        `The share of each type among a corpus's entities. The most frequent one in ${first.role} is ` +
        `${clip(types[0], LABEL)}, with ${top}%.` +
        (types.length > TYPES ? ` The first ${TYPES} of ${types.length} types are drawn.` : ''),
      plot: {
        height: 52 + 24 * drawn.length,
        marginLeft: labelMargin(drawn),
        x: { domain: [0, most], nice: true, grid: true, label: null, tickFormat: '%', ticks: 5 },
        y: {
          type: 'band',
          domain: drawn.map((_, i) => i),
          label: null,
          tickFormat: (i: number) => clip(drawn[i], LABEL),
          tickSize: 0,
        },
        marks: legend.map(({ color, sign }, i) =>
          Plot.dot(points(corpora[i]), { x: 'share', y: 'type', r: 4, fill: color, symbol: sign }),
        ),
      },
      legend,
      table: {
        header: ['type', ...legend.flatMap(({ label }) => [`${label}: entities`, 'share'])],
        rows: types.map(type => [
          clip(type, LISTED_LABEL),
          ...corpora.flatMap(facts => [
            formatCount(facts.stats.types[type] ?? 0),
            share(shareOf(facts, type)),
          ]),
        ]),
      },
    }),
  ]
}

/** How long the sentences of each corpus are. */
function lengthFigure(plotting: Plotting, corpora: readonly CorpusFacts[]): Figure {
  const { Plot } = plotting
  const legend = legendOf(corpora)
  const ranges = Array.from({ length: LENGTH_RANGES }, (_, i) => i)
  const points = ({ sentenceLengths }: CorpusFacts) => {
    const total = Math.max(
      1,
      sentenceLengths.reduce((a, b) => a + b, 0),
    )
    return ranges.map(i => ({ x: (i + 0.5) * LENGTH_STEP, y: sentenceLengths[i] / total }))
  }
  const medians = corpora.flatMap(({ role, stats: { sentenceLength: length } }) =>
    length ? [`${role}: median ${length.median}, longest ${formatCount(length.max)}.`] : [],
  )
  const last = LENGTH_RANGES * LENGTH_STEP
  return drawFigure(plotting, {
    id: 'sentence-lengths',
    title: 'Sentence lengths',
    description: ['The share of sentences by their number of tokens.', ...medians].join(' '),
    plot: {
      x: { domain: [0, last], label: `tokens (the last range: all over ${last - LENGTH_STEP})`, ticks: 8 },
      y: { grid: true, zero: true, label: null, tickFormat: '%', ticks: 5 },
      marks: legend.flatMap(({ color, sign }, i) => {
        const at = { x: 'x', y: 'y' }
        const line = { ...at, z: null, stroke: color, strokeWidth: 1.5, curve: 'monotone-x' } as const
        return [
          Plot.line(points(corpora[i]), line),
          Plot.dot(points(corpora[i]), { ...at, r: 3, fill: color, symbol: sign }),
        ]
      }),
    },
    legend,
    table: {
      header: ['tokens', ...legend.map(({ label }) => label)],
      rows: ranges.map(i => [
        i === LENGTH_RANGES - 1
          ? `over ${i * LENGTH_STEP}`
          : `${i * LENGTH_STEP + 1} to ${(i + 1) * LENGTH_STEP}`,
        ...corpora.map(({ sentenceLengths }) => formatCount(sentenceLengths[i])),
      ]),
    },
  })
}
