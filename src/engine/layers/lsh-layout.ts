/**
 * How LSH attention lays out a batch: into how many chunks of which length its sorted tokens are cut, which chunks each
 * chunk sees, and what no one may see. It depends on the lengths of the sentences alone and is made once for all layers.
 *
 * A sentence's own tokens always come first in the sorted order, padding last. So chunk borders, neighbors and the
 * number of buckets depend on the sentence itself, and it gets the same numbers alone and in any batch. Where the whole
 * batch fits one chunk, the chunk is as short as the batch, it looks at no other, and one round does: plain attention.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface LshSize {
  readonly heads: number
  /** Features a head. */
  readonly dim: number
  /** Sorted tokens a chunk, at least 1. */
  readonly chunk: number
  /** Most buckets a sentence is hashed into, even. A sentence has two a chunk, as in the paper, and no more than this. */
  readonly buckets: number
  /** How often it is hashed and attended to, at least 1. */
  readonly rounds: number
  /** Chunks before its own that a token sees. Default 1. */
  readonly lookBack?: number
  /** Chunks after its own that a token sees. Default 0, as in the paper. */
  readonly lookAhead?: number
}

/** Names of run-time sizes: `chunk` and `chunks`, `slots` = chunk · chunks, `rounds`, `seen` chunks. int64, `[1]` each. */
export interface LshLayout {
  readonly batch: Value
  readonly time: Value
  readonly chunk: Value
  readonly chunks: Value
  readonly slots: Value
  readonly rounds: Value
  readonly seen: Value
  /** int64 `[chunks, seen]`: the chunk at each neighbor's place; one that isn't there is replaced by another. */
  readonly neighbors: Value
  /** int64 `[chunks, seen]`: of all `chunks · seen` pairs, those in which a chunk is the one seen. */
  readonly seenBy: Value
  /** `[batch, 1, chunks, chunk, seen · chunk]`: added to the logits. */
  readonly bias: Value
  /** `[batch, 1, chunks, chunk, 1]`, boolean: where a token stands, not padding. */
  readonly isToken: Value
  /** `[batch, time, 1, 1]`, the same in reading order. */
  readonly isTokenAt: Value
  /** `[batch, 1, 1, 1, buckets / 2]`: 0 for the hash directions that a sentence uses, −10⁹ for the others. */
  readonly directions: Value
}

/** What a token may not see at all: e^−10⁹ is exactly 0 beside anything. */
const HIDDEN = -1e9
/** What a token sees only where there is nothing else: itself. */
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
    // A pair of which it is certain that nothing was seen in it: the first chunk's look back, the last one's look ahead
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
    const isToken = g.less(slotOf(countTo(g, chunks)), g.unsqueeze(last64, [1, 2])) // [batch, chunks, chunk]

    const ownChunks = ceilDiv(g, last64, whole(size.chunk)) // [batch]
    const directions = g.less(countTo(g, whole(buckets / 2)), g.unsqueeze(ownChunks, [1]))
    return {
      batch,
      time,
      chunk,
      chunks,
      slots,
      rounds,
      seen,
      neighbors,
      seenBy,
      bias: g.unsqueeze(bias, [1]),
      isToken: g.unsqueeze(isToken, [1, 4]),
      isTokenAt: g.unsqueeze(g.less(countTo(g, time), g.unsqueeze(last64, [1])), [2, 3]),
      directions: g.unsqueeze(g.where(directions, g.scalar(0), HIDDEN), [1, 2, 3]),
    }
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
