/**
 * The first half of LSH attention: how a batch is laid out in chunks, and how its steps are hashed and sorted.
 *
 * The layout says into how many chunks of which length the sorted steps are cut, which chunks each chunk sees, and what
 * must not be seen. It depends on the sequences' lengths alone and is made once for all layers. A sequence's own steps
 * always come first in the sorted order, padding last. So chunk borders, neighbors and the number of buckets depend on
 * the sequence itself, and it gets the same numbers alone and in any batch. Where the whole batch fits in one chunk, the
 * chunk is as short as the batch, it sees no other, and there is one round: plain attention.
 *
 * The hash is angular (Kitaev, Kaiser & Levskaya 2020, §2; Andoni et al. 2015): a query's bucket is the nearest of some
 * random directions and their opposites. Steps are sorted by bucket, those of one bucket by position.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface LshSize {
  readonly heads: number
  /** Features per head. */
  readonly dim: number
  /** Sorted steps per chunk, at least 1. */
  readonly chunk: number
  /** The most buckets of a sequence, even. A sequence has two per chunk, as in the paper, up to this number. */
  readonly buckets: number
  /** How often a sequence is hashed and attended to, at least 1. */
  readonly rounds: number
  /** Chunks before its own that a step sees. Default 1. */
  readonly lookBack?: number
  /** Chunks after its own that a step sees. Default 0, as in the paper. */
  readonly lookAhead?: number
}

/** Sizes are known when the graph runs: `chunk` and `chunks`, `slots` = chunk · chunks, `rounds`, `seen` chunks. int64 `[1]` each. */
export interface LshLayout {
  readonly batch: Value
  readonly time: Value
  readonly chunk: Value
  readonly chunks: Value
  readonly slots: Value
  readonly rounds: Value
  readonly seen: Value
  /** int64 `[chunks, seen]`: the chunk at each neighbor's place; a missing one is replaced by another. */
  readonly neighbors: Value
  /** int64 `[chunks, seen]`: of all `chunks · seen` pairs, those in which the chunk is the one seen. */
  readonly seenBy: Value
  /** `[batch, 1, chunks, chunk, seen · chunk]`: added to the logits. */
  readonly bias: Value
  /** bool `[batch, 1, chunks, chunk, 1]`: false at padding. */
  readonly isInside: Value
  /** The same in time order, `[batch, time, 1, 1]`. */
  readonly isInsideAt: Value
  /** `[batch, 1, 1, 1, buckets / 2]`: 0 for the hash directions of a sequence, −10⁹ for the others. */
  readonly directions: Value
}

/** The sorted order as row numbers, int32; all that must be kept of the hash. */
export interface LshOrder {
  /** `[batch, heads · rounds, chunks, chunk]`: which of the `batch · time · heads` rows stands there. */
  readonly rowAt: Value
  /** `[batch, time, heads, rounds]`: at which of the `batch · heads · rounds · slots` sorted rows a step stands. */
  readonly placeOf: Value
}

/** For what a step must not see at all: e^−10⁹ is exactly 0 beside anything. */
const HIDDEN = -1e9
/** For the step itself, which it sees only where there is nothing else. */
const ITSELF = -1e5

/**
 * @param x a value whose first axes are batch and time
 * @param lengths int32 `[batch]`, at least 1 each
 */
export function lshLayout(g: GraphBuilder, x: Value, lengths: Value, size: LshSize): LshLayout {
  const { lookBack = 1, lookAhead = 0, buckets } = size
  const whole = (value: number) => g.int64([value])
  return g.inLayer('lsh-layout', () => {
    const batch = g.shape(x, { start: 0, end: 1 })
    const time = g.shape(x, { start: 1, end: 2 })
    const chunk = g.min(time, whole(size.chunk))
    const chunks = ceilDiv(g, time, chunk)
    const slots = g.mul(chunk, chunks)
    const isSingle = g.equal(chunks, whole(1))
    const rounds = g.where(isSingle, whole(1), whole(size.rounds))
    const seen = g.where(isSingle, whole(1), whole(lookBack + 1 + lookAhead))

    const first = g.where(isSingle, whole(0), whole(-lookBack))
    const offsets = g.unsqueeze(g.add(countTo(g, seen), first), [0]) // [1, seen]
    const ordinals = g.unsqueeze(countTo(g, chunks), [1]) // [chunks, 1]
    const last = g.sub(chunks, 1)
    const wanted = g.add(ordinals, offsets)
    const neighbors = g.max(g.min(wanted, last), 0)
    const viewers = g.sub(ordinals, offsets)
    const isViewed = g.and(g.greaterOrEqual(viewers, 0), g.lessOrEqual(viewers, last))
    const pairs = g.add(g.mul(viewers, seen), g.unsqueeze(countTo(g, seen), [0]))
    // A pair in which nothing is ever seen: the first chunk's look back, or the last one's look ahead
    const blind = lookBack > 0 ? whole(0) : g.sub(g.mul(chunks, seen), 1)
    const seenBy = g.where(isViewed, pairs, blind)

    const within = countTo(g, chunk)
    const slotOf = (chunkAt: Value) => g.add(g.unsqueeze(g.mul(chunkAt, chunk), [-1]), within)
    const last64 = g.cast(lengths, 'int64')
    const keySlot = g.reshapeTo(slotOf(wanted), joined(g, [chunks, whole(1), g.mul(seen, chunk)]))
    const length4 = g.unsqueeze(last64, [1, 2, 3]) // [batch, 1, 1, 1]
    const isKey = g.and(g.greaterOrEqual(keySlot, 0), g.less(keySlot, length4)) // [batch, chunks, 1, seen · chunk]
    const isOwn = g.equal(g.unsqueeze(offsets, [2]), 0) // [1, seen, 1]
    const isSame = g.equal(g.unsqueeze(within, [1, 2]), g.unsqueeze(within, [0, 1])) // [chunk, 1, chunk]
    const isItself = g.reshapeTo(g.and(isOwn, isSame), joined(g, [chunk, g.mul(seen, chunk)]))
    const bias = g.add(g.where(isKey, g.scalar(0), HIDDEN), g.where(isItself, g.scalar(ITSELF), 0))
    const isInside = g.less(slotOf(countTo(g, chunks)), g.unsqueeze(last64, [1, 2])) // [batch, chunks, chunk]

    const ownChunks = ceilDiv(g, last64, whole(size.chunk)) // [batch]
    const directions = g.less(countTo(g, whole(buckets / 2)), g.unsqueeze(ownChunks, [1]))
    return {
      ...{ batch, time, chunk, chunks, slots, rounds, seen, neighbors, seenBy },
      bias: g.unsqueeze(bias, [1]),
      isInside: g.unsqueeze(isInside, [1, 4]),
      isInsideAt: g.unsqueeze(g.less(countTo(g, time), g.unsqueeze(last64, [1])), [2, 3]),
      directions: g.unsqueeze(g.where(directions, g.scalar(0), HIDDEN), [1, 2, 3]),
    }
  })
}

/** `[dim, rounds, buckets / 2]`: standard normal numbers, shared by all heads and layers. */
export function rotationsShape({ dim, rounds, buckets }: LshSize): readonly [number, number, number] {
  return [dim, rounds, buckets / 2]
}

/**
 * @param queries `[batch, time, heads, dim]`
 * @param rotations see `rotationsShape`
 */
export function lshSort(
  g: GraphBuilder,
  queries: Value,
  rotations: Value,
  layout: LshLayout,
  size: LshSize,
): LshOrder {
  const { heads, dim, buckets } = size
  const { batch, time, rounds, slots } = layout
  return g.inLayer('lsh-sort', () => {
    const used = g.reshape(g.gather(rotations, countTo(g, rounds), { axis: 1 }), [dim, -1])
    const turned = g.reshape(g.matMul(queries, used), [0, 0, heads, -1, buckets / 2])
    const nearness = g.concat([g.add(turned, layout.directions), g.sub(layout.directions, turned)], 4)
    const bucket = g.apply('ArgMax', [nearness], { axis: 4, keepdims: 0 }) // [batch, time, heads, rounds]
    // One number for bucket and position, so that no two are equal and any sort is a stable one
    const position = g.unsqueeze(countTo(g, time), [0, 2, 3])
    const home = g.where(layout.isInsideAt, bucket, g.int64([buckets]))
    const keys = g.transpose(g.add(g.mul(home, time), position), [0, 2, 3, 1]) // [batch, heads, rounds, time]
    const order = g.op('TopK', [keys, time], { axis: -1, largest: 0 })[1]

    const sequence = g.unsqueeze(countTo(g, batch), [1, 2, 3])
    const head = g.unsqueeze(g.int64([...Array(heads).keys()]), [0, 2, 3])
    const round = g.unsqueeze(countTo(g, rounds), [0, 1, 3])
    const rows = g.add(g.mul(g.add(g.mul(sequence, time), order), heads), head)
    // Slots beyond the batch's time hold any row: nothing sees them, and nothing reads their results
    const spare = g.constantOfShape(
      joined(g, [batch, g.int64([heads]), rounds, g.sub(slots, time)]),
      0,
      'int64',
    )
    const rowAt = g.reshapeTo(
      g.concat([rows, spare], 3),
      joined(g, [batch, g.mul(rounds, heads), layout.chunks, layout.chunk]),
    )

    const positions = g.expandTo(g.unsqueeze(countTo(g, time), [0, 1, 2]), g.shape(order))
    const slot = g.scatterElements(order, order, positions, { axis: 3 })
    const line = g.add(g.mul(g.add(g.mul(sequence, heads), head), rounds), round)
    const placeOf = g.transpose(g.add(g.mul(line, slots), slot), [0, 3, 1, 2])
    return { rowAt: g.cast(rowAt, 'int32'), placeOf: g.cast(placeOf, 'int32') }
  })
}

/** 0, 1, … up to, not including, a count `[1]`. */
export function countTo(g: GraphBuilder, count: Value): Value {
  return g.range(g.scalar(0, 'int64'), g.squeeze(count, [0]), g.scalar(1, 'int64'))
}

/** A shape from sizes `[1]` each. */
export function joined(g: GraphBuilder, sizes: readonly Value[]): Value {
  return g.concat(sizes, 0)
}

function ceilDiv(g: GraphBuilder, a: Value, b: Value): Value {
  return g.div(g.sub(g.add(a, b), 1), b)
}
