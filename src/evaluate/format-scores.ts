import { byCodePoint } from '../base/code-point-order.js'
import type { CharacterReport } from './character-report.js'
import { formatCount, formatPercent } from './format-number.js'
import { type CountedPrf, type Prf, ZERO_DIVISION } from './prf.js'
import type { RelaxedTypeScores } from './relaxed-by-type.js'
import type { Scores } from './scores.js'
import { type Cell, type Paint, PLAIN, textTable } from './text-table.js'
import type { TokenReport } from './token-report.js'

/** How many of the most frequent confusions are listed. */
const CONFUSIONS = 10

/**
 * Scores as text tables for a terminal: exact matches with the types of most support first, relaxed matches, the
 * SemEval schemes, tags, and the confusions that cost most. All figures in percent; mode, scheme and the
 * zero-division rule on top.
 *
 * @example
 * process.stdout.write(formatScores(scoreTags(gold, predicted)))
 */
export function formatScores(scores: Scores, paint: Paint = PLAIN): string {
  return [
    heading(scores, paint),
    exactTable(scores, paint),
    relaxedTable(scores, paint),
    labelTable('tokens by tag', { report: scores.tokenReport, ...scores.tokenAverages }, paint),
    confusionTable(scores, paint),
  ]
    .filter(section => section !== '')
    .join('\n')
}

/** The report by character, types of most support first. In percent. */
export function formatCharacterReport(characters: CharacterReport, paint: Paint = PLAIN): string {
  return labelTable('characters by type', characters, paint)
}

/** The first two parts of `formatScores`: what was scored and how, and the exact matches by type. */
export function formatExactScores(scores: Scores, paint: Paint = PLAIN): string {
  return `${heading(scores, paint)}\n${exactTable(scores, paint)}`
}

function heading(scores: Scores, paint: Paint): string {
  const { allO } = scores.baseline
  const size = `${formatCount(scores.sentences)} sentences, ${formatCount(scores.tokens)} tokens`
  return (
    `${size}; mode ${paint.bold(scores.mode)}, scheme ${paint.bold(scores.scheme)}; ${ZERO_DIVISION}\n` +
    `token accuracy ${formatPercent(scores.accuracy)}% (always O: ${formatPercent(allO.accuracy)}%, F1 ${formatPercent(allO.f1)})\n`
  )
}

function exactTable({ exact }: Scores, paint: Paint): string {
  const averages = (['micro', 'macro', 'weighted'] as const).map(kind => [
    { text: kind, paint: paint.bold },
    ...prfCells(exact[kind], paint),
    ...(kind === 'micro' ? countCells(exact.micro) : ['', '', '']),
  ])
  const types = mostFirst(exact.types, ({ gold }) => gold)
  return textTable(
    ['exact match', ...PRF, 'gold', 'predicted', 'correct'],
    [...types.map(([type, score]) => [type, ...prfCells(score, paint), ...countCells(score)]), ...averages],
    paint,
  )
}

function relaxedTable({ relaxed, semeval }: Scores, paint: Paint): string {
  const credited = (name: string, score: Prf) => [name, ...prfCells(score, paint), '', '', '', '', '']
  const counted = (['strict', 'exact', 'partial', 'type'] as const).map(scheme => {
    const score = semeval[scheme]
    const { correct, incorrect, partial, missed, spurious } = score
    const counts = [correct, incorrect, partial, missed, spurious].map(formatCount)
    return [`SemEval ${scheme}`, ...prfCells(score, paint), ...counts]
  })
  return textTable(
    ['relaxed match', ...PRF, 'correct', 'incorrect', 'partial', 'missed', 'spurious'],
    [
      credited('type, any overlap', relaxed.type),
      credited('boundary, any type', relaxed.boundary),
      ...counted,
    ],
    paint,
  )
}

/** Relaxed scores by type, types of most gold entities first; empty if there is no entity. In percent. */
export function formatRelaxedTypes(
  types: Readonly<Record<string, RelaxedTypeScores>>,
  paint: Paint = PLAIN,
): string {
  const rows = mostFirst(types, ({ overlap }) => overlap.gold).map(([type, { overlap, partial }]) => [
    type,
    ...prfCells(overlap, paint),
    ...prfCells(partial, paint),
  ])
  if (rows.length === 0) return ''
  return textTable(['by type: any overlap', ...PRF, 'partial: precision', 'recall', 'F1'], rows, paint)
}

/** Scores of each label, most support first, and their averages with and without `O`. */
function labelTable(title: string, { report, withO, withoutO }: TokenReport, paint: Paint): string {
  const averages = [['with O', withO] as const, ['without O', withoutO] as const].flatMap(([name, of]) =>
    (['micro', 'macro', 'weighted'] as const).map(kind => [
      { text: `${kind} ${name}`, paint: paint.bold },
      ...prfCells(of[kind], paint),
      '',
    ]),
  )
  const labels = mostFirst(report, ({ support }) => support)
  return textTable(
    [title, ...PRF, 'support'],
    [
      ...labels.map(([label, score]) => [label, ...prfCells(score, paint), formatCount(score.support)]),
      ...averages,
    ],
    paint,
  )
}

function confusionTable({ typeConfusion }: Scores, paint: Paint): string {
  const { types, matrix, missed, spurious } = typeConfusion
  const rows = types.flatMap((gold, i) => [
    ...types.map((predicted, j) => ({ gold, predicted, count: i === j ? 0 : matrix[i][j] })),
    { gold, predicted: '(missed)', count: missed[i] },
    { gold: '(spurious)', predicted: gold, count: spurious[i] },
  ])
  const worst = rows
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || byCodePoint(a.gold, b.gold) || byCodePoint(a.predicted, b.predicted))
  if (worst.length === 0) return ''
  const shown = worst.slice(0, CONFUSIONS)
  const title = worst.length > shown.length ? `${shown.length} of ${worst.length} confusions` : 'confusions'
  return textTable(
    [`${title}: gold`, 'predicted', 'entities'],
    shown.map(({ gold, predicted, count }) => [gold, predicted, formatCount(count)]),
    paint,
  )
}

/** The entries with most of something first, of equals by name. */
function mostFirst<Value>(
  entries: Readonly<Record<string, Value>>,
  countOf: (value: Value) => number,
): [string, Value][] {
  return Object.entries(entries).sort(
    ([a, first], [b, second]) => countOf(second) - countOf(first) || byCodePoint(a, b),
  )
}

/** Headings of `prfCells`. */
export const PRF = ['precision', 'recall', 'F1'] as const

/** Precision, recall and F1 in percent, F1 colored by how high it is. */
export function prfCells({ precision, recall, f1 }: Prf, paint: Paint): (Cell | string)[] {
  return [
    formatPercent(precision),
    formatPercent(recall),
    { text: formatPercent(f1), paint: byHeight(f1, paint) },
  ]
}

export function countCells({ gold, predicted, correct }: CountedPrf): string[] {
  return [gold, predicted, correct].map(formatCount)
}

function byHeight(f1: number | null, paint: Paint): (text: string) => string {
  if (f1 === null) return paint.dim
  return f1 >= 0.8 ? paint.green : f1 >= 0.5 ? paint.yellow : paint.red
}
