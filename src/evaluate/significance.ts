import { Random } from '../base/random.js'
import { toPrf } from './prf.js'
import { type SentenceCounts, sumCounts } from './sentence-counts.js'

export interface PairedTest {
  /** F1 of either system; undefined counts as 0. */
  readonly f1: readonly [number, number]
  /** First minus second. */
  readonly difference: number
  /** Two-sided: how often mere chance makes a difference at least as large. */
  readonly pValue: number
  readonly rounds: number
}

/**
 * Whether two systems' F1 on the same sentences differ by more than chance: approximate randomization (Noreen 1989;
 * Yeh 2000). Each round swaps the two outputs of every sentence with probability ½; p = (hits + 1) / (rounds + 1).
 * @param a,b counts of the same sentences in the same order
 * @throws RangeError where the two differ in sentences or gold entities
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
  // Only sentences where the systems differ can change anything.
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
