/** How a padded batch lies in memory: `[batch, time]` or `[time, batch]`. */
export type BatchLayout = 'batch-major' | 'time-major'

export interface PaddingOptions {
  /** Columns of the batch; at least the longest row. Default: the longest row, at least 1. */
  readonly time?: number
  readonly layout?: BatchLayout
}

/** Tokens of the longest row, at least `least` (a recurrent step may need two). */
export function longest(rows: readonly ArrayLike<unknown>[], least = 1): number {
  return rows.reduce((length, row) => Math.max(length, row.length), least)
}

/**
 * Lays rows of different length into one rectangle, `pad` in the gaps.
 *
 * @throws RangeError where a row is longer than `time`: nothing is cut off silently.
 * @example
 * padRows([Int32Array.of(5, 6), Int32Array.of(7)], 0) // Int32Array [5, 6, 7, 0]
 */
export function padRows(
  rows: readonly ArrayLike<number>[],
  pad: number,
  { time = longest(rows), layout = 'batch-major' }: PaddingOptions = {},
): Int32Array {
  const batch = rows.length
  const padded = new Int32Array(batch * time).fill(pad)
  rows.forEach((row, b) => {
    if (row.length > time) throw new RangeError(`a row of ${row.length} does not fit in ${time} columns`)
    if (layout === 'batch-major') padded.set(row, b * time)
    else for (let t = 0; t < row.length; t++) padded[t * batch + b] = row[t]
  })
  return padded
}

/**
 * 1 for real tokens, 0 for padding.
 *
 * @example
 * lengthMask([2, 1], { time: 2 }) // Float32Array [1, 1, 1, 0]
 */
export function lengthMask(
  lengths: ArrayLike<number>,
  { time, layout = 'batch-major' }: PaddingOptions = {},
): Float32Array {
  const batch = lengths.length
  const columns = time ?? Math.max(1, ...Array.from(lengths))
  const mask = new Float32Array(batch * columns)
  for (let b = 0; b < batch; b++) {
    if (lengths[b] > columns)
      throw new RangeError(`a row of ${lengths[b]} does not fit in ${columns} columns`)
    if (layout === 'batch-major') mask.fill(1, b * columns, b * columns + lengths[b])
    else for (let t = 0; t < lengths[b]; t++) mask[t * batch + b] = 1
  }
  return mask
}
