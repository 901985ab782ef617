/**
 * The hash and the sort of LSH attention (Kitaev, Kaiser & Levskaya 2020, §2; angular LSH of Andoni et al. 2015): a
 * query's bucket is the direction it lies nearest to among some random ones and their opposites. Tokens are sorted by
 * bucket, those of one bucket by position.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { countTo, joined, type LshLayout, type LshSize } from './lsh-layout.js'

/** Where tokens stand once sorted. Numbers of rows, int32; all that must be kept of the hash. */
export interface LshOrder {
  /** `[batch, heads · rounds, chunks, chunk]`: which row of the `batch · time · heads` rows stands there. */
  readonly rowAt: Value
  /** `[batch, time, heads, rounds]`: at which of the `batch · heads · rounds · slots` sorted rows a token stands. */
  readonly placeOf: Value
}

/** `[dim, rounds, buckets / 2]`: standard normal numbers, for all heads and layers alike. */
export function rotationsShape({ dim, rounds, buckets }: LshSize): readonly [number, number, number] {
  return [dim, rounds, buckets / 2]
}

/**
 * @param queries `[batch, time, heads, dim]`
 * @param rotations as `rotationsShape` says
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
    const bucket = g.argMax(nearness, 4) // [batch, time, heads, rounds]
    // One number for bucket and position, so that no two are equal and any sort is a stable one
    const position = g.unsqueeze(countTo(g, time), [0, 2, 3])
    const home = g.where(layout.isTokenAt, bucket, g.int64([buckets]))
    const keys = g.transpose(g.add(g.mul(home, time), position), [0, 2, 3, 1]) // [batch, heads, rounds, time]
    const order = g.op('TopK', [keys, time], { axis: -1, largest: 0 })[1]

    const sentence = g.unsqueeze(countTo(g, batch), [1, 2, 3])
    const head = g.unsqueeze(g.int64([...Array(heads).keys()]), [0, 2, 3])
    const round = g.unsqueeze(countTo(g, rounds), [0, 1, 3])
    const rows = g.add(g.mul(g.add(g.mul(sentence, time), order), heads), head)
    // Slots beyond the batch's time hold any row; none looks at them, and none reads what they answer
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
    const line = g.add(g.mul(g.add(g.mul(sentence, heads), head), rounds), round)
    const placeOf = g.transpose(g.add(g.mul(line, slots), slot), [0, 3, 1, 2])
    return { rowAt: g.cast(rowAt, 'int32'), placeOf: g.cast(placeOf, 'int32') }
  })
}
