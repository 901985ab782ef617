import { formatCount } from '../../evaluate/format-number.js'
import { clip } from '../clip.js'
import { type CorpusFacts, LENGTH_RANGES, LENGTH_STEP } from '../corpus-facts.js'
import { type Figure, LABEL } from './figure.js'
import type { Plotting } from './plotting.js'

const TYPES = 16
const SIGNS = ['circle', 'square', 'triangle', 'circle'] as const

function seriesOf(corpora: readonly CorpusFacts[]) {
  return corpora.map((facts, i) => ({
    label: facts.role,
    color: `var(--c${i})`,
    sign: SIGNS[i % SIGNS.length],
    facts,
  }))
}

/** The share of each type among the entities of each corpus. */
export function typeShareFigure(
  { Plot, draw }: Plotting,
  corpora: readonly CorpusFacts[],
): Figure | undefined {
  const series = seriesOf(corpora)
  const types = [...new Set(corpora.flatMap(({ stats }) => Object.keys(stats.types)))]
  if (types.length === 0) return undefined
  const points = series.flatMap(({ facts, color, sign }) =>
    types.slice(0, TYPES).map((type, i) => ({
      type: i,
      share: facts.stats.entities === 0 ? 0 : (facts.stats.types[type] ?? 0) / facts.stats.entities,
      color,
      sign,
    })),
  )
  const title = 'Types'
  const description =
    `The share of each type among a corpus's entities. ${describeShift(corpora, types)}` +
    (types.length > TYPES ? ` The first ${TYPES} of ${types.length} types are drawn.` : '')
  const drawn = types.slice(0, TYPES)
  return {
    id: 'type-shares',
    title,
    description,
    svg: draw(`${title}. ${description}`, {
      height: 52 + 24 * drawn.length,
      marginLeft: 16 + 6.6 * Math.min(LABEL, Math.max(...drawn.map(type => type.length))),
      x: {
        domain: [0, Math.max(0.05, ...points.map(({ share }) => share))],
        nice: true,
        grid: true,
        label: null,
        tickFormat: '%',
        ticks: 5,
      },
      y: {
        type: 'band',
        domain: drawn.map((_, i) => i),
        label: null,
        tickFormat: (i: number) => clip(drawn[i], LABEL),
        tickSize: 0,
      },
      marks: series.flatMap(({ color, sign }) =>
        Plot.dot(
          points.filter(point => point.color === color),
          { x: 'share', y: 'type', r: 4, fill: color, symbol: sign },
        ),
      ),
    }),
    legend: series,
    table: {
      header: ['type', ...series.flatMap(({ label }) => [`${label}: entities`, 'share'])],
      rows: types.map(type => [
        clip(type, 60),
        ...corpora.flatMap(({ stats }) => {
          const count = stats.types[type] ?? 0
          return [
            formatCount(count),
            stats.entities === 0 ? '–' : `${((100 * count) / stats.entities).toFixed(1)} %`,
          ]
        }),
      ]),
    },
  }
}

function describeShift(corpora: readonly CorpusFacts[], types: readonly string[]): string {
  const [first] = corpora
  const top = types[0]
  const share = first.stats.entities === 0 ? 0 : (first.stats.types[top] ?? 0) / first.stats.entities
  return `The most frequent one in ${first.role} is ${clip(top, LABEL)}, with ${(100 * share).toFixed(0)} %.`
}

/** How long the sentences of each corpus are. */
export function sentenceLengthFigure({ Plot, draw }: Plotting, corpora: readonly CorpusFacts[]): Figure {
  const series = seriesOf(corpora)
  const ranges = Array.from({ length: LENGTH_RANGES }, (_, i) => i)
  const total = (facts: CorpusFacts) =>
    Math.max(
      1,
      facts.sentenceLengths.reduce((a, b) => a + b, 0),
    )
  const title = 'Sentence lengths'
  const description =
    'The share of sentences with so many tokens. ' +
    corpora
      .map(({ role, stats }) =>
        stats.sentenceLength
          ? `${role}: median ${stats.sentenceLength.median}, longest ${formatCount(stats.sentenceLength.max)}.`
          : '',
      )
      .join(' ')
  const last = LENGTH_RANGES * LENGTH_STEP
  return {
    id: 'sentence-lengths',
    title,
    description,
    svg: draw(`${title}. ${description}`, {
      x: { domain: [0, last], label: `tokens (the last range: all over ${last - LENGTH_STEP})`, ticks: 8 },
      y: { grid: true, zero: true, label: null, tickFormat: '%', ticks: 5 },
      marks: series.flatMap(({ facts, color, sign }) => {
        const points = ranges.map(i => ({
          x: (i + 0.5) * LENGTH_STEP,
          y: facts.sentenceLengths[i] / total(facts),
        }))
        return [
          Plot.line(points, {
            x: 'x',
            y: 'y',
            z: null,
            stroke: color,
            strokeWidth: 1.5,
            curve: 'monotone-x',
          }),
          Plot.dot(points, { x: 'x', y: 'y', r: 3, fill: color, symbol: sign }),
        ]
      }),
    }),
    legend: series,
    table: {
      header: ['tokens', ...series.map(({ label }) => label)],
      rows: ranges.map(i => [
        i === LENGTH_RANGES - 1
          ? `over ${i * LENGTH_STEP}`
          : `${i * LENGTH_STEP + 1} to ${(i + 1) * LENGTH_STEP}`,
        ...corpora.map(({ sentenceLengths }) => formatCount(sentenceLengths[i])),
      ]),
    },
  }
}
