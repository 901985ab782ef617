import { byCodePoint } from '../base/code-point-order.js'
import type { Breakdown } from './breakdown.js'
import type { Calibration } from './calibration.js'
import { countErrors, ERROR_KINDS } from './entity-errors.js'
import type { CostlyConfusion, ListedError } from './error-list.js'
import { formatCount, formatPercent } from './format-number.js'
import { countCells, PRF, prfCells } from './format-scores.js'
import type { BootstrapIntervals, PairedTest } from './significance.js'
import { type Paint, PLAIN, textTable } from './text-table.js'
import type { ThresholdCurves } from './threshold-curve.js'

/** Bootstrap intervals as a table; in percent. */
export function formatIntervals(intervals: BootstrapIntervals, paint: Paint = PLAIN): string {
  const { level, samples } = intervals
  const figures = [
    ['precision', intervals.precision] as const,
    ['recall', intervals.recall] as const,
    ['F1', intervals.f1] as const,
  ]
  const rows = figures.map(([name, interval]) => [
    name,
    formatPercent(interval?.low ?? null),
    formatPercent(interval?.high ?? null),
  ])
  const title = `${formatPercent(level).replace(/\.00$/, '')}% interval (${formatCount(samples)} samples)`
  return textTable([title, 'from', 'to'], rows, paint)
}

/** A paired test in one sentence. */
export function formatPairedTest(
  test: PairedTest,
  names: readonly [string, string],
  paint: Paint = PLAIN,
): string {
  const [first, second] = test.f1.map(f1 => formatPercent(f1))
  const verdict = test.pValue < 0.05 ? 'unlikely to be chance' : 'may well be chance'
  return (
    `F1 ${first} (${names[0]}) against ${second} (${names[1]}): difference ${formatPercent(test.difference)}, ` +
    `${paint.bold(`p = ${test.pValue.toPrecision(2)}`)}, ${verdict} ` +
    `(approximate randomization, ${formatCount(test.rounds)} rounds)\n`
  )
}

/** Breakdowns as tables one below the other; empty rows are left out. */
export function formatBreakdowns(breakdowns: readonly Breakdown[], paint: Paint = PLAIN): string {
  return breakdowns
    .map(({ name, rows }) =>
      textTable(
        [name, ...PRF, 'gold', 'predicted', 'correct'],
        rows
          .filter(row => row.gold + row.predicted > 0)
          .map(row => [row.label, ...prfCells(row, paint), ...countCells(row)]),
        paint,
      ),
    )
    .join('\n')
}

/** Calibration error and the reliability curve, bin by bin; empty bins are left out. The table is in percent. */
export function formatCalibration(calibration: Calibration, paint: Paint = PLAIN): string {
  const { count, ece, maxError, brier, bins } = calibration
  const rows = bins
    .filter(bin => bin.count > 0)
    .map(bin => [
      `${bin.from.toFixed(2)}–${bin.to.toFixed(2)}`,
      formatPercent(bin.confidence),
      formatPercent(bin.accuracy),
      formatCount(bin.count),
    ])
  const four = (value: number | null) => (value === null ? '–' : value.toFixed(4))
  const summary =
    `${formatCount(count)} scored entities: expected calibration error ${four(ece)}, ` +
    `largest ${four(maxError)}, Brier score ${four(brier)}\n`
  return rows.length > 0
    ? summary + textTable(['score', 'mean score', 'right', 'entities'], rows, paint)
    : summary
}

/** The best threshold over all types and for each, and what it gains over keeping everything. In percent. */
export function formatThresholds({ all, types, unscored }: ThresholdCurves, paint: Paint = PLAIN): string {
  const curves = Object.entries(types).sort(([a], [b]) => byCodePoint(a, b))
  const rows = [...curves, ['all types', all] as const].flatMap(([name, { best, points }]) =>
    best === undefined
      ? []
      : [
          [
            name,
            best.threshold.toFixed(3),
            ...prfCells(best, paint),
            formatPercent(points[points.length - 1].f1),
          ],
        ],
  )
  const left = unscored > 0 ? `${formatCount(unscored)} entities without a score are left out\n` : ''
  return rows.length > 0 ? textTable(['best threshold', 'at', ...PRF, 'F1 of all'], rows, paint) + left : left
}

/** Errors by class and by cost, then the first `limit` of them in context. */
export function formatErrors(
  errors: readonly ListedError[],
  confusions: readonly CostlyConfusion[],
  limit: number,
  paint: Paint = PLAIN,
): string {
  const counts = countErrors(errors)
  const classes = textTable(
    ['errors by class', 'count'],
    ERROR_KINDS.map(kind => [kind, formatCount(counts[kind])]),
    paint,
  )
  const costly = textTable(
    ['most costly', 'count', 'cost'],
    confusions
      .slice(0, 15)
      .map(confusion => [describe(confusion), formatCount(confusion.count), formatCount(confusion.cost)]),
    paint,
  )
  const shown = errors.slice(0, limit).map(error => formatError(error, paint))
  const rest = errors.length > limit ? `… ${formatCount(errors.length - limit)} more errors\n` : ''
  return `${classes}\n${costly}\n${shown.join('')}${rest}`
}

function describe({ kind, gold, predicted, examples }: CostlyConfusion): string {
  const types =
    gold && predicted ? (gold === predicted ? gold : `${gold} → ${predicted}`) : (gold ?? predicted)
  const mentions = examples.slice(0, 3).map(({ text, count }) => (count > 1 ? `${text} (${count})` : text))
  return `${kind} ${types}: ${mentions.join(', ')}`
}

function formatError(error: ListedError, paint: Paint): string {
  const { kind, gold, predicted, before, text, after, where, sentence } = error
  const place = where ?? `sentence ${sentence + 1}`
  const score = predicted?.score === undefined ? '' : ` (score ${predicted.score.toFixed(2)})`
  const sides = [
    gold && `gold ${paint.green(`[${gold.text}](${gold.type})`)}`,
    predicted && `predicted ${paint.red(`[${predicted.text}](${predicted.type})`)}${score}`,
  ]
  const context = `${before && paint.dim(before)}${paint.bold(text)}${after && paint.dim(after)}`
  return `${place} ${paint.yellow(kind)}: ${sides.filter(side => side).join(', ')}\n    ${context}\n`
}
