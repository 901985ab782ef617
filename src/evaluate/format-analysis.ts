import type { BootstrapIntervals, Interval } from './bootstrap.js'
import type { Breakdown } from './breakdown.js'
import { countErrors, ERROR_KINDS } from './entity-errors.js'
import type { CostlyConfusion, ListedError } from './error-list.js'
import { formatCount, formatPercent } from './format-number.js'
import type { PairedTest } from './significance.js'
import { type Paint, PLAIN, textTable } from './text-table.js'

/** Bootstrap intervals as a table; in percent. */
export function formatIntervals(intervals: BootstrapIntervals, paint: Paint = PLAIN): string {
  const { level, samples } = intervals
  const row = (text: string, interval: Interval | null) => [
    { text },
    { text: formatPercent(interval?.low ?? null) },
    { text: formatPercent(interval?.high ?? null) },
  ]
  const rows = [
    row('precision', intervals.precision),
    row('recall', intervals.recall),
    row('F1', intervals.f1),
  ]
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
        [name, 'precision', 'recall', 'F1', 'gold', 'predicted', 'correct'],
        rows
          .filter(row => row.gold + row.predicted > 0)
          .map(row => [
            { text: row.label },
            ...[row.precision, row.recall, row.f1].map(value => ({ text: formatPercent(value) })),
            ...[row.gold, row.predicted, row.correct].map(count => ({ text: formatCount(count) })),
          ]),
        paint,
      ),
    )
    .join('\n')
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
    ERROR_KINDS.map(kind => [{ text: kind }, { text: formatCount(counts[kind]) }]),
    paint,
  )
  const costly = textTable(
    ['most costly', 'count', 'cost'],
    confusions
      .slice(0, 15)
      .map(confusion => [
        { text: describe(confusion) },
        { text: formatCount(confusion.count) },
        { text: formatCount(confusion.cost) },
      ]),
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
  const context = [paint.dim(before), paint.bold(text), paint.dim(after)].filter(part => part !== '')
  return `${place} ${paint.yellow(kind)}: ${sides.filter(side => side).join(', ')}\n    ${context.join(' ')}\n`
}
