/**
 * Precision, recall and F1 from counts. A value without a denominator is `null`; in an average over types it counts
 * as 0, as in seqeval and scikit-learn with `zero_division=0`.
 */
export interface Prf {
  /** Fractions in [0, 1]; `null` if undefined. */
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

export interface CountedPrf extends Prf {
  readonly gold: number
  readonly predicted: number
  readonly correct: number
}

/** The rule as printed with every report. */
export const ZERO_DIVISION = 'undefined values are null (shown as –) and count as 0 in averages'

export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/**
 * @param correct credited items; half credits are allowed (SemEval's partial scheme)
 *
 * @example
 * toPrf(1, 2, 4) // { precision: 0.5, recall: 0.25, f1: 1/3 }
 */
export function toPrf(correct: number, predicted: number, gold: number): Prf {
  return {
    precision: ratio(correct, predicted),
    recall: ratio(correct, gold),
    f1: ratio(2 * correct, predicted + gold),
  }
}

export function toCountedPrf(correct: number, predicted: number, gold: number): CountedPrf {
  return { ...toPrf(correct, predicted, gold), gold, predicted, correct }
}

/** F1 of a precision and a recall that come from different counts; `null` if either is undefined. */
export function harmonic(precision: number | null, recall: number | null): number | null {
  if (precision === null || recall === null) return null
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** The plain mean over types; `null` if there is no type. */
export function macroAverage(scores: readonly Prf[]): Prf {
  return weightedAverage(
    scores,
    scores.map(() => 1),
  )
}

/** The mean weighted by support (gold items); `null` if there is no gold item. */
export function weightedAverage(scores: readonly Prf[], weights: readonly number[]): Prf {
  const total = weights.reduce((a, b) => a + b, 0)
  const mean = (key: keyof Prf) =>
    ratio(
      scores.reduce((sum, score, i) => sum + (score[key] ?? 0) * weights[i], 0),
      total,
    )
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') }
}
