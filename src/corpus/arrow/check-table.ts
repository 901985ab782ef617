import type { Table } from '@uwdata/flechette'

/** One batch of a column, as the library holds it. */
interface Batch {
  readonly length: number
  readonly values?: ArrayLike<unknown>
  readonly validity?: Uint8Array
  readonly offsets?: ArrayLike<number | bigint> | null
  readonly sizes?: ArrayLike<number | bigint>
  readonly children?: readonly Batch[]
  readonly dictionary?: { readonly data: readonly Batch[] }
}

/**
 * Checks that a table's columns hold what they declare, before values are made of them: a few bytes can declare lists and rows
 * without end.
 * @param bytes of the message that the table was read from: each row takes a bit at least
 * @throws RangeError
 */
export function checkTable(table: Table, bytes: number): void {
  if (!(table.numRows >= 0 && table.numRows <= 8 * bytes)) throw new RangeError(`${table.numRows} rows`)
  for (let i = 0; i < table.numCols; i++)
    for (const batch of table.getChildAt(i).data as unknown as readonly Batch[]) {
      if (batch.length !== table.numRows) throw new RangeError('columns of different lengths')
      checkBatch(batch, 0)
    }
}

const DEEPEST = 16

function checkBatch(batch: Batch, depth: number): void {
  const { length, values, validity, offsets, sizes, children = [], dictionary } = batch
  if (depth > DEEPEST) throw new RangeError(`columns nested in more than ${DEEPEST} others`)
  if (!(length >= 0 && Number.isInteger(length))) throw new RangeError(`a column of ${length} values`)
  if (validity && validity.length > 0 && validity.length * 8 < length)
    throw new RangeError('a column without all its values')
  if (offsets && length > 0) checkOffsets(length, offsets, sizes, children[0]?.length ?? values?.length ?? 0)
  else if (values && children.length === 0 && values.length * 8 < length)
    throw new RangeError('a column without all its values')
  for (const child of children) checkBatch(child, depth + 1)
  for (const child of dictionary?.data ?? []) checkBatch(child, depth + 1)
}

/** Ranges of another list, of which each begins where the one before ends, or has a size of its own. */
function checkOffsets(
  length: number,
  offsets: ArrayLike<number | bigint>,
  sizes: ArrayLike<number | bigint> | undefined,
  limit: number,
): void {
  const isValid = (start: number, end: number) => start >= 0 && start <= end && end <= limit
  if (offsets.length < (sizes ? length : length + 1)) throw new RangeError('a list without all its offsets')
  for (let i = 0; i < length; i++) {
    const start = Number(offsets[i])
    const end = sizes ? start + Number(sizes[i]) : Number(offsets[i + 1])
    if (!isValid(start, end)) throw new RangeError(`a value from ${start} to ${end} of ${limit}`)
  }
}
