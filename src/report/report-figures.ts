import { reliabilityFigure, thresholdFigure } from './charts/calibration.js'
import { tagConfusionFigure, typeConfusionFigure } from './charts/confusion.js'
import { sentenceLengthFigure, typeShareFigure } from './charts/corpora.js'
import { errorKindFigure } from './charts/errors.js'
import type { Figure } from './charts/figure.js'
import { learningFigures, typeCurveFigures } from './charts/learning.js'
import { loadPlotting } from './charts/plotting.js'
import { breakdownFigures, typeScoresFigure, typesByCount } from './charts/type-scores.js'
import type { ReportData } from './report-data.js'

/**
 * The report's charts for a page of your own: SVG whose colors are CSS variables (`--c0` to `--c9`, `--good`, `--bad`,
 * `--faint`, `--muted`), each with a title, a description and its numbers.
 *
 * @example
 * const [byType] = await reportFigures(await runReport('runs/a'))
 * writeFileSync('by-type.svg', byType.svg)
 */
export async function reportFigures({ evaluation, learning, corpora }: ReportData): Promise<Figure[]> {
  const plotting = await loadPlotting()
  const { scores, errorCounts, calibration, thresholds, breakdowns } = evaluation
  const types = typesByCount(scores)
  const figures = [
    typeScoresFigure(plotting, scores, types),
    ...(learning
      ? [...learningFigures(plotting, learning), ...typeCurveFigures(plotting, learning, types)]
      : []),
    typeConfusionFigure(plotting, scores),
    tagConfusionFigure(plotting, scores),
    errorKindFigure(plotting, errorCounts),
    calibration && reliabilityFigure(plotting, calibration),
    thresholds && thresholdFigure(plotting, thresholds),
    ...breakdownFigures(plotting, breakdowns),
    ...(corpora.length > 0
      ? [typeShareFigure(plotting, corpora), sentenceLengthFigure(plotting, corpora)]
      : []),
  ]
  return figures.filter(figure => figure !== undefined)
}
