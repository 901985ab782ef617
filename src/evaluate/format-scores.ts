import { byCodePoint } from '../base/code-point-order.js'
import { formatCount, formatPercent } from './format-number.js'
import { type Prf, ZERO_DIVISION } from './prf.js'
import type { RelaxedPrf, Scores, SemevalPrf } from './scores.js'
import { type Cell, type Paint, PLAIN, textTable } from './text-table.js'

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
    tagTable(scores, paint),
    confusionTable(scores, paint),
  ]
    .filter(section => section !== '')
    .join('\n')
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
  const names = Object.keys(exact.types).sort(
    (a, b) => exact.types[b].gold - exact.types[a].gold || byCodePoint(a, b),
  )
  const counts = (score: Prf) => {
    const { gold, predicted, correct } = { ...{ gold: '', predicted: '', correct: '' }, ...score }
    return [gold, predicted, correct].map(count => ({ text: count === '' ? '' : formatCount(Number(count)) }))
  }
  const row = (name: string, score: Prf, look?: (text: string) => string): Cell[] => [
    { text: name, paint: look },
    ...prfCells(score, paint),
    ...counts(score),
  ]
  return textTable(
    ['exact match', 'precision', 'recall', 'F1', 'gold', 'predicted', 'correct'],
    [
      ...names.map(name => row(name, exact.types[name])),
      row('micro', exact.micro, paint.bold),
      row('macro', exact.macro, paint.bold),
      row('weighted', exact.weighted, paint.bold),
    ],
    paint,
  )
}

function relaxedTable({ relaxed, semeval }: Scores, paint: Paint): string {
  const credited = (name: string, score: RelaxedPrf): Cell[] => [
    { text: name },
    ...prfCells(score, paint),
    ...['', '', '', '', ''].map(text => ({ text })),
  ]
  const counted = (name: string, score: SemevalPrf): Cell[] => [
    { text: name },
    ...prfCells(score, paint),
    ...[score.correct, score.incorrect, score.partial, score.missed, score.spurious].map(count => ({
      text: formatCount(count),
    })),
  ]
  return textTable(
    ['relaxed match', 'precision', 'recall', 'F1', 'correct', 'incorrect', 'partial', 'missed', 'spurious'],
    [
      credited('type, any overlap', relaxed.type),
      credited('boundary, any type', relaxed.boundary),
      counted('SemEval strict', semeval.strict),
      counted('SemEval exact', semeval.exact),
      counted('SemEval partial', semeval.partial),
      counted('SemEval type', semeval.type),
    ],
    paint,
  )
}

function tagTable({ tokenReport, tokenAverages }: Scores, paint: Paint): string {
  const tags = Object.keys(tokenReport).sort(
    (a, b) => tokenReport[b].support - tokenReport[a].support || byCodePoint(a, b),
  )
  const averages = (['withO', 'withoutO'] as const).flatMap(which =>
    (['micro', 'macro', 'weighted'] as const).map(kind => [
      { text: `${kind} ${which === 'withO' ? 'with O' : 'without O'}`, paint: paint.bold },
      ...prfCells(tokenAverages[which][kind], paint),
      { text: '' },
    ]),
  )
  return textTable(
    ['tokens by tag', 'precision', 'recall', 'F1', 'support'],
    [
      ...tags.map(tag => [
        { text: tag },
        ...prfCells(tokenReport[tag], paint),
        { text: formatCount(tokenReport[tag].support) },
      ]),
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
    shown.map(({ gold, predicted, count }) => [
      { text: gold },
      { text: predicted },
      { text: formatCount(count) },
    ]),
    paint,
  )
}

function prfCells(score: Prf, paint: Paint): Cell[] {
  return [
    { text: formatPercent(score.precision) },
    { text: formatPercent(score.recall) },
    { text: formatPercent(score.f1), paint: text => byHeight(score.f1, paint)(text) },
  ]
}

function byHeight(f1: number | null, paint: Paint): (text: string) => string {
  if (f1 === null) return paint.dim
  return f1 >= 0.8 ? paint.green : f1 >= 0.5 ? paint.yellow : paint.red
}
