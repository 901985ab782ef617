/**
 * Temperature scaling (Guo et al. 2017, §4.2): dividing all logits by one number fitted on development data, so that
 * scores come to mean what they say while no decision changes. The mean negative log-likelihood is convex in
 * β = 1/T, so the root of its slope is found by bisection.
 */
import type { Judged } from './calibration.js'

/** Sought within these bounds; data that are all right (or all wrong) run into one of them. */
export const TEMPERATURE_RANGE = [0.05, 20] as const

export interface FittedTemperature {
  readonly temperature: number
  /** Mean negative log-likelihood in nats at temperature 1 and at the fitted one. */
  readonly before: number
  readonly after: number
}

/**
 * Fits one temperature to classification logits.
 * @param logits [items × classes], row by row
 * @param labels [items] right classes
 * @throws RangeError where there is no item or the sizes differ
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
 * log(p / (1 − p)). Scores of exactly 0 or 1 are taken as 10⁻⁶ away from it.
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
