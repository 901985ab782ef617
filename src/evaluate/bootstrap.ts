import { Random } from '../base/random.js'
import { type Prf, toPrf } from './prf.js'
import type { SentenceCounts } from './sentence-counts.js'

export interface Interval {
  readonly low: number
  readonly high: number
}

export interface BootstrapIntervals {
  readonly samples: number
  /** Such as 0.95. */
  readonly level: number
  /** `null` where some sample leaves the value undefined. */
  readonly precision: Interval | null
  readonly recall: Interval | null
  readonly f1: Interval | null
}

/**
 * Confidence intervals by the percentile bootstrap (Efron & Tibshirani 1993, ch. 13): as many sentences drawn with
 * replacement as there are, again and again. Give counts by document where sentences of one document are alike.
 *
 * @example
 * bootstrapIntervals(counts, { seed: 1 }).f1 // { low: 0.871, high: 0.893 }
 */
export function bootstrapIntervals(
  counts: readonly SentenceCounts[],
  options: { readonly samples?: number; readonly level?: number; readonly seed?: number } = {},
): BootstrapIntervals {
  const { samples = 1000, level = 0.95, seed = 1 } = options
  const random = Random.fromSeed(seed)
  const size = counts.length
  const drawn: Prf[] = []
  for (let sample = 0; sample < samples && size > 0; sample++) {
    let [gold, predicted, correct] = [0, 0, 0]
    for (let i = 0; i < size; i++) {
      const count = counts[random.below(size)]
      gold += count.gold
      predicted += count.predicted
      correct += count.correct
    }
    drawn.push(toPrf(correct, predicted, gold))
  }
  const interval = (key: keyof Prf): Interval | null => {
    const values = drawn.map(prf => prf[key]).filter(value => value !== null)
    if (values.length === 0 || values.length < drawn.length) return null
    const sorted = Float64Array.from(values).sort()
    return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) }
  }
  return { samples, level, precision: interval('precision'), recall: interval('recall'), f1: interval('f1') }
}

/** Linear interpolation between order statistics, as in NumPy. */
export function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}
