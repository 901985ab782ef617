import { byCodePoint } from '../base/code-point-order.js'
import { type CountedPrf, toCountedPrf } from './prf.js'
import { NO_ENTITIES, type SentenceCounts, sumCounts, type TypeCounts } from './sentence-counts.js'
import { type BootstrapOptions, type Interval, pairedBootstrap, randomizationTest } from './significance.js'

export interface CompareOptions extends BootstrapOptions {
  /** Rounds of the significance test; default 10,000. */
  readonly rounds?: number
  /** The system that the others are tested against, by index; default: the one with the highest F1. */
  readonly reference?: number | 'best'
}

/** How a system differs from the reference. */
export interface Difference {
  /** F1 minus the reference's. */
  readonly difference: number
  readonly interval: Interval | null
  /** Two-sided, by approximate randomization. */
  readonly pValue: number
  /** The same adjusted by Holm (1979): among many systems, some differ by chance. */
  readonly adjustedPValue: number
}

export interface ComparedType extends CountedPrf {
  /** Of F1. */
  readonly interval: Interval | null
  /** F1 minus the reference's, and its interval; `null` for the reference and if either is undefined. */
  readonly difference: number | null
  readonly differenceInterval: Interval | null
}

export interface ComparedSystem extends CountedPrf {
  readonly intervals: {
    readonly precision: Interval | null
    readonly recall: Interval | null
    readonly f1: Interval | null
  }
  readonly types: Readonly<Record<string, ComparedType>>
  /** `null` for the reference itself. */
  readonly against: Difference | null
}

export interface SystemComparison {
  /** Index of the system that the others are tested against. */
  readonly reference: number
  /** In the order given. */
  readonly systems: readonly ComparedSystem[]
}

/**
 * Compares systems that tagged the same sentences: exact matches over all entities and by type, percentile bootstrap
 * intervals over sentences (the same draws for every system), and for each system but the reference the difference in F1
 * with its interval and its p-value.
 *
 * @param systems entities of each sentence by type, `[system][sentence]`
 * @throws RangeError if the systems differ in sentences or gold entities
 * @example
 * compareSystems([countsA, countsB], { seed: 1 }).systems[1].against?.pValue // 0.012
 */
export function compareSystems(
  systems: readonly (readonly TypeCounts[])[],
  options: CompareOptions = {},
): SystemComparison {
  const { rounds, seed } = options
  const types = [...new Set(systems.flatMap(system => system.flatMap(counts => [...counts.keys()])))]
  types.sort(byCodePoint)
  const whole = systems.map(system => system.map(counts => sumCounts(counts.values())))
  const ofType = types.map(type =>
    systems.map(system => system.map(counts => counts.get(type) ?? NO_ENTITIES)),
  )
  const totals = whole.map(counted)
  const reference =
    typeof options.reference === 'number' ? options.reference : best(totals.map(({ f1 }) => f1))
  // One bootstrap, so that all figures share the same draws.
  const bootstrap = pairedBootstrap([...whole, ...ofType.flat()], options)
  const others = systems.map((_, i) => i).filter(i => i !== reference)
  const tests = others.map(i => randomizationTest(whole[i], whole[reference], { rounds, seed }))
  const adjusted = holm(tests.map(({ pValue }) => pValue))
  const against = new Map(
    others.map((i, n): [number, Difference] => [
      i,
      {
        difference: tests[n].difference,
        interval: bootstrap.f1Difference(i, reference),
        pValue: tests[n].pValue,
        adjustedPValue: adjusted[n],
      },
    ]),
  )
  const comparedType = (t: number, i: number): ComparedType => {
    const place = systems.length * (t + 1)
    const own = counted(ofType[t][i])
    const theirs = counted(ofType[t][reference]).f1
    const isDefined = i !== reference && own.f1 !== null && theirs !== null
    return {
      ...own,
      interval: bootstrap.intervals[place + i].f1,
      difference: isDefined ? (own.f1 ?? 0) - (theirs ?? 0) : null,
      differenceInterval: isDefined ? bootstrap.f1Difference(place + i, place + reference) : null,
    }
  }
  return {
    reference,
    systems: systems.map((_, i) => {
      const { precision, recall, f1 } = bootstrap.intervals[i]
      return {
        ...totals[i],
        intervals: { precision, recall, f1 },
        types: Object.fromEntries(types.map((type, t) => [type, comparedType(t, i)])),
        against: against.get(i) ?? null,
      }
    }),
  }
}

/** The index of the highest value; undefined values come last. */
export function best(values: readonly (number | null)[]): number {
  return values.reduce<number>((top, value, i) => ((value ?? -1) > (values[top] ?? -1) ? i : top), 0)
}

/** P-values adjusted for their number (Holm 1979), in their own order: 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06. */
function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b])
  const adjusted = new Array<number>(pValues.length)
  let highest = 0
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * pValues[index]))
    adjusted[index] = highest
  })
  return adjusted
}

function counted(counts: readonly SentenceCounts[]): CountedPrf {
  const { gold, predicted, correct } = sumCounts(counts)
  return toCountedPrf(correct, predicted, gold)
}
