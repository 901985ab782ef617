export interface ReliabilityBin {
  /** The bin holds scores in (from, to]; the first one also holds 0. */
  readonly from: number
  readonly to: number
  readonly count: number
  /** Mean score, and the fraction that is right; `null` for an empty bin. */
  readonly confidence: number | null
  readonly accuracy: number | null
}

export interface Calibration {
  readonly count: number
  /** Mean of |accuracy − confidence| weighted by bin size, and the largest; `null` without items. */
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
 * Measures whether scores mean what they say: expected calibration error over bins of equal width (Guo et al. 2017,
 * eq. 3), the reliability curve behind it, and the Brier score.
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

/** Bounds of a fitted temperature; data that are all right (or all wrong) end at one of them. */
const TEMPERATURE_RANGE = [0.05, 20] as const

export interface FittedTemperature {
  readonly temperature: number
  /** Mean negative log-likelihood in nats at temperature 1 and at the fitted one. */
  readonly before: number
  readonly after: number
}

/**
 * Temperature scaling (Guo et al. 2017, §4.2): fits the one number that all logits are divided by, so that scores mean
 * what they say while no decision changes. The mean negative log-likelihood is convex in β = 1/T, so the root of its
 * slope is found by bisection.
 * @param logits [items × classes], row by row
 * @param labels [items] right classes
 * @throws RangeError if there is no item or the sizes differ
 */
export function fitTemperature(
  logits: Float32Array | Float64Array | readonly number[],
  labels: Int32Array | readonly number[],
  classes: number,
): FittedTemperature {
  const items = labels.length
  if (items === 0 || logits.length !== items * classes)
    throw new RangeError(`${logits.length} logits cannot be ${items} items of ${classes} classes`)
  const probabilities = new Float64Array(classes)
  /** Mean loss and its slope in β. */
  const at = (beta: number): { loss: number; slope: number } => {
    let loss = 0
    let slope = 0
    for (let i = 0; i < items; i++) {
      const row = i * classes
      let highest = Number.NEGATIVE_INFINITY
      for (let c = 0; c < classes; c++) highest = Math.max(highest, beta * logits[row + c])
      let sum = 0
      for (let c = 0; c < classes; c++) sum += probabilities[c] = Math.exp(beta * logits[row + c] - highest)
      let mean = 0
      for (let c = 0; c < classes; c++) mean += (probabilities[c] / sum) * logits[row + c]
      const right = logits[row + labels[i]]
      loss += Math.log(sum) + highest - beta * right
      slope += mean - right
    }
    return { loss: loss / items, slope: slope / items }
  }
  let low = 1 / TEMPERATURE_RANGE[1]
  let high = 1 / TEMPERATURE_RANGE[0]
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(low * high)
    if (at(middle).slope < 0) low = middle
    else high = middle
  }
  const beta = Math.sqrt(low * high)
  return { temperature: 1 / beta, before: at(1).loss, after: at(beta).loss }
}

/**
 * Fits a temperature to scores of single decisions, such as entity probabilities, read as two-class logits
 * log(p / (1 − p)). Scores of exactly 0 or 1 are moved by 10⁻⁶.
 *
 * @example
 * const { temperature } = fitScoreTemperature(devEntities)
 * const honest = devEntities.map(({ score }) => scaleScore(score, temperature))
 */
export function fitScoreTemperature(items: readonly Judged[]): FittedTemperature {
  const logits = items.flatMap(({ score }) => [0, logit(score)])
  return fitTemperature(
    logits,
    items.map(({ correct }) => (correct ? 1 : 0)),
    2,
  )
}

/** A score in [0, 1] at another temperature. */
export function scaleScore(score: number, temperature: number): number {
  return 1 / (1 + Math.exp(-logit(score) / temperature))
}

function logit(score: number): number {
  const clipped = Math.min(1 - 1e-6, Math.max(1e-6, score))
  return Math.log(clipped / (1 - clipped))
}
