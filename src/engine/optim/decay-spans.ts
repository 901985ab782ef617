import type { Parameter } from './parameter-store.js'

/** A stretch of numbers that one call of a kernel updates. */
export interface DecaySpan {
  /** In numbers from the beginning of the range. */
  readonly from: number
  readonly length: number
  readonly decays: boolean
}

/**
 * Cuts a range of parameters into what weight decay holds for and what it does not: the undecayed columns of each row.
 *
 * @param parameters those of the range
 * @param start address of the range's first number
 * @returns `undefined` where it holds for all of them
 */
export function decaySpans(
  parameters: readonly Parameter[],
  start: number,
): readonly DecaySpan[] | undefined {
  if (parameters.every(({ undecayedColumns }) => undecayedColumns === 0)) return undefined
  return parameters.flatMap(({ value, shape, undecayedColumns }) => {
    const place = (value.byteOffset - start) / value.BYTES_PER_ELEMENT
    if (undecayedColumns === 0) return [{ from: place, length: value.length, decays: true }]
    const columns = shape[shape.length - 1]
    const decayed = columns - undecayedColumns
    const rows = value.length / columns
    return Array.from({ length: rows }, (_, row) => [
      { from: place + row * columns, length: decayed, decays: true },
      { from: place + row * columns + decayed, length: undecayedColumns, decays: false },
    ]).flat()
  })
}
