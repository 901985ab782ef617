import { Random } from '../base/random.js'
import { toPrf } from './prf.js'
import { type SentenceCounts, sumCounts } from './sentence-counts.js'

export interface Interval {
  readonly low: number
  readonly high: number
}

export interface BootstrapOptions {
  /** Default 1,000. */
  readonly samples?: number
  /** Such as 0.95, the default. */
  readonly level?: number
  readonly seed?: number
}

export interface BootstrapIntervals {
  readonly samples: number
  /** Such as 0.95. */
  readonly level: number
  /** `null` if the value is undefined for some sample. */
  readonly precision: Interval | null
  readonly recall: Interval | null
  readonly f1: Interval | null
}

/** Several systems on the same samples of sentences. */
export interface PairedBootstrap {
  /** In the systems' order; each equals `bootstrapIntervals` of the system alone. */
  readonly intervals: readonly BootstrapIntervals[]
  /** The interval of the first system's F1 minus the second's; `null` if an F1 is undefined. */
  readonly f1Difference: (first: number, second: number) => Interval | null
}

/**
 * Confidence intervals by the percentile bootstrap (Efron & Tibshirani 1993, ch. 13): each sample draws as many sentences
 * as there are, with replacement. Pass counts by document if the sentences of a document are alike.
 *
 * @example
 * bootstrapIntervals(counts, { seed: 1 }).f1 // { low: 0.871, high: 0.893 }
 */
export function bootstrapIntervals(
  counts: readonly SentenceCounts[],
  options: BootstrapOptions = {},
): BootstrapIntervals {
  return pairedBootstrap([counts], options).intervals[0]
}

/**
 * The same for several systems. Each sample draws the same sentences for all, so that their differences have intervals
 * too.
 *
 * @param systems counts of the same sentences in the same order; `[system][sentence]`
 * @throws RangeError if they differ in number
 * @example
 * pairedBootstrap([countsA, countsB], { seed: 1 }).f1Difference(0, 1) // { low: 0.004, high: 0.019 }
 */
export function pairedBootstrap(
  systems: readonly (readonly SentenceCounts[])[],
  options: BootstrapOptions = {},
): PairedBootstrap {
  const { samples = 1000, level = 0.95, seed = 1 } = options
  const size = systems[0]?.length ?? 0
  if (systems.some(counts => counts.length !== size))
    throw new RangeError('the systems must be scored on the same sentences')
  const random = Random.fromSeed(seed)
  const sparse = systems.map(withEntities)
  const drawn = systems.map(() => ({
    precision: new Float64Array(size > 0 ? samples : 0),
    recall: new Float64Array(size > 0 ? samples : 0),
    f1: new Float64Array(size > 0 ? samples : 0),
  }))
  const times = new Int32Array(size)
  for (let sample = 0; sample < samples && size > 0; sample++) {
    times.fill(0)
    for (let i = 0; i < size; i++) times[random.below(size)]++
    sparse.forEach((counts, system) => {
      let [gold, predicted, correct] = [0, 0, 0]
      for (const { sentence, count } of counts) {
        gold += times[sentence] * count.gold
        predicted += times[sentence] * count.predicted
        correct += times[sentence] * count.correct
      }
      const prf = toPrf(correct, predicted, gold)
      for (const key of ['precision', 'recall', 'f1'] as const)
        drawn[system][key][sample] = prf[key] ?? Number.NaN
    })
  }
  return {
    intervals: drawn.map(({ precision, recall, f1 }) => ({
      samples,
      level,
      precision: percentiles(precision, level),
      recall: percentiles(recall, level),
      f1: percentiles(f1, level),
    })),
    f1Difference: (first, second) =>
      percentiles(
        drawn[first].f1.map((f1, sample) => f1 - drawn[second].f1[sample]),
        level,
      ),
  }
}

function withEntities(counts: readonly SentenceCounts[]) {
  return counts
    .map((count, sentence) => ({ sentence, count }))
    .filter(({ count: { gold, predicted } }) => gold > 0 || predicted > 0)
}

function percentiles(values: Float64Array, level: number): Interval | null {
  if (values.length === 0 || values.some(Number.isNaN)) return null
  const sorted = values.slice().sort()
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) }
}

/** Linear interpolation between order statistics, as in NumPy. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}

export interface PairedTest {
  /** F1 of either system; undefined counts as 0. */
  readonly f1: readonly [number, number]
  /** First minus second. */
  readonly difference: number
  /** Two-sided: how often chance alone makes a difference at least as large. */
  readonly pValue: number
  readonly rounds: number
}

/**
 * Whether two systems' F1 on the same sentences differ by more than chance: approximate randomization (Noreen 1989;
 * Yeh 2000). Each round swaps the two outputs of every sentence with probability ½; p = (hits + 1) / (rounds + 1).
 * @param a,b counts of the same sentences in the same order
 * @throws RangeError if the two differ in sentences or gold entities
 *
 * @example
 * randomizationTest(countsA, countsB, { seed: 1 }).pValue // 0.012
 */
export function randomizationTest(
  a: readonly SentenceCounts[],
  b: readonly SentenceCounts[],
  options: { readonly rounds?: number; readonly seed?: number } = {},
): PairedTest {
  const { rounds = 10_000, seed = 1 } = options
  if (a.length !== b.length || a.some((count, i) => count.gold !== b[i].gold))
    throw new RangeError('the two systems must be scored on the same gold sentences')
  const [sumA, sumB] = [sumCounts(a), sumCounts(b)]
  const f1 = (correct: number, predicted: number) => toPrf(correct, predicted, sumA.gold).f1 ?? 0
  const first = f1(sumA.correct, sumA.predicted)
  const second = f1(sumB.correct, sumB.predicted)
  const observed = Math.abs(first - second)
  // Only sentences on which the systems differ matter.
  const differing = a
    .map((count, i) => [count.correct - b[i].correct, count.predicted - b[i].predicted] as const)
    .filter(([correct, predicted]) => correct !== 0 || predicted !== 0)
  const random = Random.fromSeed(seed)
  let hits = 0
  for (let round = 0; round < rounds; round++) {
    let correct = 0
    let predicted = 0
    let bits = 0
    differing.forEach((difference, i) => {
      if (i % 32 === 0) bits = random.uint32()
      if ((bits >>> (i % 32)) & 1) {
        correct += difference[0]
        predicted += difference[1]
      }
    })
    const swapped =
      f1(sumA.correct - correct, sumA.predicted - predicted) -
      f1(sumB.correct + correct, sumB.predicted + predicted)
    if (Math.abs(swapped) >= observed - 1e-12) hits++
  }
  return { f1: [first, second], difference: first - second, pValue: (hits + 1) / (rounds + 1), rounds }
}
