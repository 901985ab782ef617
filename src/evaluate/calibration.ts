/**
 * Whether scores mean what they say. Expected calibration error over equal-width bins (Guo et al. 2017, eq. 3),
 * the reliability curve behind it, and the Brier score.
 */
export interface ReliabilityBin {
  /** The bin holds scores in (from, to], the first one 0 too. */
  readonly from: number
  readonly to: number
  readonly count: number
  /** Mean score, and the fraction that was right; `null` for an empty bin. */
  readonly confidence: number | null
  readonly accuracy: number | null
}

export interface Calibration {
  readonly count: number
  /** Mean of |accuracy − confidence| weighted by bin size, and the largest; `null` without any item. */
  readonly ece: number | null
  readonly maxError: number | null
  /** Mean squared distance of the score from 1 (right) or 0 (wrong). */
  readonly brier: number | null
  readonly bins: readonly ReliabilityBin[]
}

/** One prediction: its score in [0, 1] and whether it was right. */
export interface Judged {
  readonly score: number
  readonly correct: boolean
}

/**
 * @throws RangeError for a score outside [0, 1]
 *
 * @example
 * calibration([{ score: 0.9, correct: true }, { score: 0.9, correct: false }]).ece // 0.4
 */
export function calibration(items: Iterable<Judged>, binCount = 10): Calibration {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, score: 0, correct: 0 }))
  let squares = 0
  let count = 0
  for (const { score, correct } of items) {
    if (!(score >= 0 && score <= 1)) throw new RangeError(`a score must lie in [0, 1], got ${score}`)
    const bin = bins[Math.max(0, Math.ceil(score * binCount) - 1)]
    bin.count++
    bin.score += score
    if (correct) bin.correct++
    squares += (score - (correct ? 1 : 0)) ** 2
    count++
  }
  const gaps = bins.map(bin => (bin.count === 0 ? 0 : Math.abs(bin.correct - bin.score) / bin.count))
  return {
    count,
    ece: count === 0 ? null : gaps.reduce((sum, gap, i) => sum + (gap * bins[i].count) / count, 0),
    maxError: count === 0 ? null : Math.max(...gaps),
    brier: count === 0 ? null : squares / count,
    bins: bins.map((bin, i) => ({
      from: i / binCount,
      to: (i + 1) / binCount,
      count: bin.count,
      confidence: bin.count === 0 ? null : bin.score / bin.count,
      accuracy: bin.count === 0 ? null : bin.correct / bin.count,
    })),
  }
}
