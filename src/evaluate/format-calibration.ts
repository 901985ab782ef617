import { byCodePoint } from '../base/code-point-order.js'
import type { Calibration } from './calibration.js'
import type { CharacterReport } from './character-report.js'
import { formatCount, formatPercent } from './format-number.js'
import { type Paint, PLAIN, textTable } from './text-table.js'
import type { ThresholdCurves } from './threshold-curve.js'

/** Calibration error and the reliability curve, bin by bin; empty bins are left out. The table is in percent. */
export function formatCalibration(calibration: Calibration, paint: Paint = PLAIN): string {
  const { count, ece, maxError, brier, bins } = calibration
  const rows = bins
    .filter(bin => bin.count > 0)
    .map(bin => [
      { text: `${bin.from.toFixed(2)}–${bin.to.toFixed(2)}` },
      { text: formatPercent(bin.confidence) },
      { text: formatPercent(bin.accuracy) },
      { text: formatCount(bin.count) },
    ])
  const four = (value: number | null) => (value === null ? '–' : value.toFixed(4))
  const summary =
    `${formatCount(count)} scored entities: expected calibration error ${four(ece)}, ` +
    `largest ${four(maxError)}, Brier score ${four(brier)}\n`
  return (
    summary + (rows.length > 0 ? textTable(['score', 'mean score', 'right', 'entities'], rows, paint) : '')
  )
}

/** The best threshold over all types and for each, and what it gains over keeping everything. In percent. */
export function formatThresholds({ all, types, unscored }: ThresholdCurves, paint: Paint = PLAIN): string {
  const rows = [
    ...Object.keys(types)
      .sort(byCodePoint)
      .map(type => [type, types[type]] as const),
    ['all types', all] as const,
  ].flatMap(([name, { best, points }]) =>
    best === undefined
      ? []
      : [
          [
            { text: name },
            { text: best.threshold.toFixed(3) },
            ...[best.precision, best.recall, best.f1, points[points.length - 1].f1].map(value => ({
              text: formatPercent(value),
            })),
          ],
        ],
  )
  const left = unscored > 0 ? `${formatCount(unscored)} entities without a score are left out\n` : ''
  const header = ['best threshold', 'at', 'precision', 'recall', 'F1', 'F1 of all']
  return rows.length > 0 ? textTable(header, rows, paint) + left : left
}

/** The report by character, types of most support first. In percent. */
export function formatCharacterReport(characters: CharacterReport, paint: Paint = PLAIN): string {
  const { report, withO, withoutO } = characters
  const labels = Object.keys(report).sort(
    (a, b) => report[b].support - report[a].support || byCodePoint(a, b),
  )
  const cells = (score: { precision: number | null; recall: number | null; f1: number | null }) =>
    [score.precision, score.recall, score.f1].map(value => ({ text: formatPercent(value) }))
  const averages = ([name, of]: readonly [string, typeof withO]) =>
    (['micro', 'macro', 'weighted'] as const).map(kind => [
      { text: `${kind} ${name}`, paint: paint.bold },
      ...cells(of[kind]),
      { text: '' },
    ])
  return textTable(
    ['characters by type', 'precision', 'recall', 'F1', 'support'],
    [
      ...labels.map(label => [
        { text: label },
        ...cells(report[label]),
        { text: formatCount(report[label].support) },
      ]),
      ...averages(['with O', withO]),
      ...averages(['without O', withoutO]),
    ],
    paint,
  )
}
