import type { TextRange } from '../text/token.js'

/** A range with what its rank is decided by. */
export interface RankedRange extends TextRange {
  readonly score: number
  readonly priority: number
  /** The place of its rule among all rules: earlier ones first. */
  readonly order: number
}

type Compare = (a: RankedRange, b: RankedRange) => number

const longer: Compare = (a, b) => b.end - b.start - (a.end - a.start)
const prior: Compare = (a, b) => b.priority - a.priority
const likelier: Compare = (a, b) => b.score - a.score
const earlier: Compare = (a, b) => a.order - b.order || a.start - b.start

/** What comes first where ranges overlap. */
export const RANKS: Readonly<Record<'longest' | 'priority' | 'score', readonly Compare[]>> = {
  longest: [longer, prior, earlier],
  priority: [prior, longer, earlier],
  score: [likelier, longer, prior, earlier],
}

export interface Choice<Range extends RankedRange> {
  /** In the order of the text, without overlaps. */
  readonly chosen: readonly Range[]
  /** Those that were not chosen, each with the first chosen one that it overlaps. */
  readonly beaten: readonly { readonly range: Range; readonly by: Range }[]
}

/**
 * Chooses among ranges that overlap, the first in rank first. Takes time linear in the ranges and in the text, apart from
 * sorting and a logarithm.
 */
export function chooseRanges<Range extends RankedRange>(
  ranges: readonly Range[],
  policy: keyof typeof RANKS,
): Choice<Range> {
  const ranks = RANKS[policy]
  const sorted = [...ranges].sort((a, b) => {
    for (const compare of ranks) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return 0
  })
  const taken = new TakenRanges(ranges)
  const chosen: Range[] = []
  const left: Range[] = []
  for (const range of sorted) {
    if (taken.overlaps(range)) left.push(range)
    else {
      taken.add(range)
      chosen.push(range)
    }
  }
  chosen.sort((a, b) => a.start - b.start)
  return { chosen, beaten: left.map(range => ({ range, by: chosen[firstAfter(chosen, range.start)] })) }
}

/** The first of ranges, in order and without overlaps, that ends after a place. */
function firstAfter(ranges: readonly TextRange[], place: number): number {
  let [low, high] = [0, ranges.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle].end > place) high = middle
    else low = middle + 1
  }
  return low
}

/** Says whether a range overlaps one that was added: those that begin before its end, less those that end before its start. */
class TakenRanges {
  private readonly starts: Int32Array
  private readonly ends: Int32Array
  /** The places of all ranges, in order, by number. */
  private readonly numbers: ReadonlyMap<number, number>

  constructor(ranges: readonly TextRange[]) {
    const places = [...new Set(ranges.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b)
    this.numbers = new Map(places.map((place, i) => [place, i + 1]))
    this.starts = new Int32Array(places.length + 1)
    this.ends = new Int32Array(places.length + 1)
  }

  add({ start, end }: TextRange): void {
    increase(this.starts, this.number(start))
    increase(this.ends, this.number(end))
  }

  overlaps({ start, end }: TextRange): boolean {
    return sumTo(this.starts, this.number(end) - 1) > sumTo(this.ends, this.number(start))
  }

  private number(place: number): number {
    return this.numbers.get(place) ?? 0
  }
}

/** Fenwick's tree of counts (1994): by number from 1. */
function increase(tree: Int32Array, from: number): void {
  for (let i = from; i < tree.length; i += i & -i) tree[i]++
}

function sumTo(tree: Int32Array, last: number): number {
  let sum = 0
  for (let i = last; i > 0; i -= i & -i) sum += tree[i]
  return sum
}
