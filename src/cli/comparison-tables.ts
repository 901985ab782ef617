import type { Difference } from '../evaluate/compare-systems.js'
import { formatCount, formatPercent } from '../evaluate/format-number.js'
import type { Interval } from '../evaluate/significance.js'
import { type Cell, type Column, type Paint, PLAIN, textTable } from '../evaluate/text-table.js'
import type { RunComparison, Spread } from '../workflows/node/compare-runs.js'
import { formatDuration } from './duration.js'

/** How the figures were made. */
interface Made {
  readonly mode: string
  readonly level: number
  readonly samples: number
  readonly rounds: number
}

/** A comparison as text tables: runs, configurations, types, costs, settings. Scores in percent. */
export function comparisonTables(comparison: RunComparison, made: Made, paint: Paint = PLAIN): string {
  return [
    runTable(comparison, made, paint),
    seedTable(comparison, paint),
    typeTable(comparison, made, paint),
    costTable(comparison, paint),
    settingTable(comparison, paint),
  ]
    .filter(section => section !== '')
    .join('\n')
}

function runTable({ runs, reference }: RunComparison, made: Made, paint: Paint): string {
  const level = `${made.level * 100}% interval`
  const table = textTable(
    ['run', 'precision', 'recall', 'F1', level, ...(reference ? ['difference', level, 'p'] : [])],
    runs.map(run => [
      { text: run.name, paint: run.name === reference?.run ? paint.bold : undefined },
      formatPercent(run.precision),
      formatPercent(run.recall),
      { text: formatPercent(run.f1), paint: paint.bold },
      formatInterval(run.intervals.f1),
      ...(reference ? differenceCells(run.against, paint) : []),
    ]),
    paint,
  )
  const corpora = new Set(
    runs.map(
      ({ corpus: { path, role, sentences, tokens, entities, scheme } }) =>
        `${path}${role === 'given' ? '' : ` (${role})`}: ${formatCount(sentences)} sentences, ` +
        `${formatCount(tokens)} tokens, ${formatCount(entities)} entities, ${scheme}; mode ${made.mode}\n`,
    ),
  )
  const rule = reference
    ? `difference in F1 from ${reference.run}; p: approximate randomization, ${formatCount(made.rounds)} rounds` +
      `${runs.length > 2 ? ', adjusted by Holm' : ''}; intervals: bootstrap, ${formatCount(made.samples)} samples\n`
    : `intervals: bootstrap, ${formatCount(made.samples)} samples\n`
  return `${[...corpora].join('')}\n${table}${paint.dim(rule.trimEnd())}\n`
}

/** Only if some configuration was trained from several seeds. */
function seedTable({ configurations, reference }: RunComparison, paint: Paint): string {
  if (configurations.every(({ runs }) => runs.length < 2)) return ''
  return textTable(
    [
      'configuration',
      'seeds',
      'precision',
      'recall',
      'F1',
      ...(reference ? ['difference', 'p'] : []),
      left('runs'),
    ],
    configurations.map(({ runs, precision, recall, f1, against }, i) => [
      { text: `${i + 1}`, paint: i === reference?.configuration ? paint.bold : undefined },
      `${runs.length}`,
      formatSpread(precision),
      formatSpread(recall),
      { text: formatSpread(f1), paint: paint.bold },
      ...(reference ? differenceCells(against, paint).filter((_, cell) => cell !== 1) : []),
      runs.join(', '),
    ]),
    paint,
  )
}

/** Types with most gold entities first; below each, the runs. */
function typeTable({ runs }: RunComparison, made: Made, paint: Paint): string {
  const gold = new Map<string, number>()
  for (const { types } of runs)
    for (const [type, counts] of Object.entries(types))
      gold.set(type, Math.max(gold.get(type) ?? 0, counts.gold))
  const names = [...gold.keys()].sort((a, b) => (gold.get(b) ?? 0) - (gold.get(a) ?? 0) || (a < b ? -1 : 1))
  // Runs that were scored on different sentences have a number of their own.
  const isOne = (type: string) => new Set(runs.map(({ types }) => types[type]?.gold ?? 0)).size === 1
  const level = `${made.level * 100}% interval`
  return textTable(
    ['type', 'gold', left('run'), 'precision', 'recall', 'F1', level, 'difference', level],
    names.flatMap(type =>
      runs.map(({ name, types }, i) => {
        const scores = types[type]
        return [
          i === 0 ? type : '',
          i === 0 || !isOne(type) ? formatCount(scores?.gold ?? 0) : '',
          name,
          formatPercent(scores?.precision ?? null),
          formatPercent(scores?.recall ?? null),
          { text: formatPercent(scores?.f1 ?? null), paint: paint.bold },
          formatInterval(scores?.interval ?? null),
          signed(scores?.difference ?? null),
          scores?.difference == null ? '' : formatInterval(scores.differenceInterval),
        ]
      }),
    ),
    paint,
  )
}

function costTable({ runs }: RunComparison, paint: Paint): string {
  const count = (value: number | null) => (value === null ? '–' : formatCount(value))
  return textTable(
    ['run', 'parameters', 'epochs', 'best epoch', 'training', 'model.onnx', 'tagger on disk'],
    runs.map(({ name, costs }) => [
      name,
      count(costs.parameters),
      count(costs.epochs),
      count(costs.bestEpoch),
      costs.seconds === null ? '–' : formatDuration(costs.seconds),
      formatBytes(costs.bytes.model),
      formatBytes(costs.bytes.tagger),
    ]),
    paint,
  )
}

function settingTable({ runs, settings }: RunComparison, paint: Paint): string {
  const names = Object.entries(settings)
  if (names.length === 0) return ''
  return textTable(
    ['setting', ...runs.map(({ name }) => name)],
    names.map(([name, values]) => [name, ...values.map(shown)]),
    paint,
  )
}

function shown(value: unknown): string {
  if (value === null) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function left(heading: string): Column {
  return { heading, align: 'left' }
}

function differenceCells(against: Difference | null, paint: Paint): (Cell | string)[] {
  if (against === null) return ['', '', '']
  const { difference, interval, adjustedPValue } = against
  const p = { text: formatP(adjustedPValue), paint: adjustedPValue < 0.05 ? paint.bold : undefined }
  return [signed(difference), formatInterval(interval), p]
}

/** A fraction in percent with its sign; empty if there is none. */
function signed(fraction: number | null): string {
  if (fraction === null) return ''
  const text = formatPercent(fraction)
  return fraction > 0 ? `+${text}` : text.replace('-', '−')
}

function formatInterval(interval: Interval | null): string {
  if (interval === null) return '–'
  const [low, high] = [interval.low, interval.high].map(end => formatPercent(end).replace('-', '−'))
  return `${low} … ${high}`
}

function formatSpread({ mean, deviation }: Spread): string {
  return deviation === null ? formatPercent(mean) : `${formatPercent(mean)} ± ${formatPercent(deviation)}`
}

function formatP(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(p < 0.01 ? 4 : 3)
}

/** Such as `1.2 MB`. */
function formatBytes(bytes: number | null): string {
  if (bytes === null) return '–'
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`
}
