import { macroAverage, type Prf, toPrf, weightedAverage } from './prf.js'
import type { Averages, TokenPrf } from './scores.js'

export interface TokenReport {
  readonly report: Readonly<Record<string, TokenPrf>>
  readonly withO: Averages
  readonly withoutO: Averages
}

/**
 * Precision, recall and F1 of every label from a confusion matrix, as in scikit-learn's classification_report.
 * `withO`: micro is over all labels, which makes it the accuracy. `withoutO`: only the other labels count, but predicting
 * one for a gold `O` still costs precision.
 *
 * @example
 * tokenReport(['O', 'B-PER'], [[8, 1], [1, 2]]).report['B-PER'].precision // 2/3
 */
export function tokenReport(
  labels: readonly string[],
  matrix: readonly (readonly number[])[],
  outside = 'O',
): TokenReport {
  const counts = labels.map((label, i) => ({
    label,
    correct: matrix[i][i],
    gold: matrix[i].reduce((a, b) => a + b, 0),
    predicted: matrix.reduce((sum, row) => sum + row[i], 0),
  }))
  const scored = counts.map(({ label, correct, predicted, gold }) => ({
    label,
    score: { ...toPrf(correct, predicted, gold), support: gold },
  }))
  const averages = (includes: (label: string) => boolean): Averages => {
    const kept = counts.filter(({ label }) => includes(label))
    const sum = (key: 'correct' | 'gold' | 'predicted') => kept.reduce((total, each) => total + each[key], 0)
    const scores: Prf[] = scored.filter(({ label }) => includes(label)).map(({ score }) => score)
    return {
      micro: toPrf(sum('correct'), sum('predicted'), sum('gold')),
      macro: macroAverage(scores),
      weighted: weightedAverage(
        scores,
        kept.map(({ gold }) => gold),
      ),
    }
  }
  return {
    report: Object.fromEntries(scored.map(({ label, score }) => [label, score])),
    withO: averages(() => true),
    withoutO: averages(label => label !== outside),
  }
}
