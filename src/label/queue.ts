import { Random } from '../base/random.js'

/** What decides which document is labeled next. */
export type QueueOrder = 'uncertainty' | 'changes' | 'disagreement' | 'random' | 'corpus'

export const QUEUE_ORDERS: readonly QueueOrder[] = [
  'uncertainty',
  'changes',
  'disagreement',
  'random',
  'corpus',
]

/** A document that is still to be labeled. */
export interface Candidate {
  readonly number: number
  readonly tokens: number
  /** As in `Suggestion`; `null` without a model. */
  readonly surprise: number | null
  readonly expectedChanges: number | null
  /** 1 − F1 between what two sources found, in [0, 1]; `null` with fewer than two. */
  readonly disagreement: number | null
}

/** Parts of a queue by order: `{ uncertainty: 3, random: 1 }` takes three of four documents by uncertainty. */
export type QueueMix = Readonly<Partial<Record<QueueOrder, number>>>

/**
 * The order in which to label. `uncertainty`: least likely tagging first, by log probability per token, so that long
 * sentences do not come first because they are long (maximum normalized log probability, Shen et al. 2018). `changes`: most
 * tokens first that the model expects to be wrong. `disagreement`: what two sources label most differently. Documents that
 * an order knows nothing of come last in it, in the order of the corpus.
 *
 * @param seed draws the same order again
 * @param most how many are wanted; finding a few of very many is much faster than ordering all
 * @returns each document's number once
 * @example
 * queueOf(candidates, { uncertainty: 3, random: 1 }, 7)[0] // the number of the document to label first
 */
export function queueOf(
  candidates: readonly Candidate[],
  mix: QueueMix,
  seed: number,
  most: number = candidates.length,
): number[] {
  const length = Math.min(most, candidates.length)
  // Others take at most as many of an order's first documents as are wanted in all.
  const first = (order: QueueOrder) => firstOf(candidates, order, seed, length)
  const parts = QUEUE_ORDERS.flatMap(order => {
    const share = mix[order] ?? 0
    return share > 0 ? [{ share, taken: 0, next: 0, queue: first(order) }] : []
  })
  if (parts.length === 0) return first('corpus')
  const done = new Set<number>()
  const queue: number[] = []
  while (queue.length < length) {
    // The part that is furthest behind its share gives the next document.
    const part = parts.reduce((a, b) => ((b.taken + 1) / b.share < (a.taken + 1) / a.share ? b : a))
    while (done.has(part.queue[part.next])) part.next++
    const number = part.queue[part.next]
    part.taken++
    done.add(number)
    queue.push(number)
  }
  return queue
}

interface Ranked {
  readonly number: number
  /** The larger, the earlier. */
  readonly value: number
}

function firstOf(candidates: readonly Candidate[], order: QueueOrder, seed: number, most: number): number[] {
  if (most === 0) return []
  const value = valueIn(order, seed)
  let found: Ranked[] = []
  let last: Ranked | undefined
  const keep = () => {
    found = found.sort(byRank).slice(0, most)
    if (found.length === most) last = found[most - 1]
  }
  for (const candidate of candidates) {
    const own = { number: candidate.number, value: value(candidate) }
    if (last && byRank(own, last) > 0) continue
    found.push(own)
    if (found.length >= 2 * most + 1000) keep()
  }
  keep()
  return found.map(({ number }) => number)
}

function byRank(a: Ranked, b: Ranked): number {
  return a.value === b.value ? a.number - b.number : b.value - a.value
}

function valueIn(order: QueueOrder, seed: number): (candidate: Candidate) => number {
  if (order === 'corpus') return () => 0
  if (order === 'random')
    // By number, so that a document keeps its place when others are labeled.
    return ({ number }) => -Random.fromSeed(seed + Math.imul(number + 1, 0x9e3779b1)).uint32()
  return candidate => VALUES[order](candidate) ?? Number.NEGATIVE_INFINITY
}

const VALUES: Readonly<
  Record<'uncertainty' | 'changes' | 'disagreement', (candidate: Candidate) => number | null>
> = {
  uncertainty: ({ surprise, tokens }) => (surprise === null ? null : surprise / Math.max(1, tokens)),
  changes: ({ expectedChanges }) => expectedChanges,
  disagreement: ({ disagreement }) => disagreement,
}
