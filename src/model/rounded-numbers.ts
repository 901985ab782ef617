/**
 * Parameters rounded to 8 bits: each row of a table, and each gate of an LSTM, has a step of its own, and its numbers are
 * whole multiples of it from −127 to 127. Biases stay as they are.
 */
export interface RoundedRows {
  /** Row-major `[rows, columns]` of the rounded columns. */
  readonly values: Int8Array
  /** `[rows]`, above 0. */
  readonly steps: Float32Array
}

/**
 * Rounds the first columns of each row.
 *
 * @param columns of a row
 * @param rounded how many of them; the others have no influence
 * @example
 * roundRows(Float32Array.of(1, -2, 9), 3, 2).values // Int8Array [64, -127]
 */
export function roundRows(numbers: Float32Array, columns: number, rounded = columns): RoundedRows {
  const rows = columns === 0 ? 0 : numbers.length / columns
  const values = new Int8Array(rows * rounded)
  const steps = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let top = 0
    for (let k = 0; k < rounded; k++) top = Math.max(top, Math.abs(numbers[row * columns + k]))
    const step = top === 0 ? 1 : Math.fround(top / 127)
    steps[row] = step
    for (let k = 0; k < rounded; k++)
      values[row * rounded + k] = Math.max(-127, Math.min(127, Math.round(numbers[row * columns + k] / step)))
  }
  return { values, steps }
}

/** Rounds rows in place, so that `roundRows` gives the same whole numbers again. */
export function fromRounded(
  { values, steps }: RoundedRows,
  numbers: Float32Array,
  columns: number,
  rounded = columns,
): void {
  for (let row = 0; row < steps.length; row++)
    for (let k = 0; k < rounded; k++) numbers[row * columns + k] = values[row * rounded + k] * steps[row]
}

/**
 * Rounds a matrix `[inputs, outputs]`, with a step for each column.
 * @example
 * roundColumns(Float32Array.of(1, -2, 0.5, 1), 2).steps // [1 / 127, 2 / 127]
 */
export function roundColumns(numbers: Float32Array, columns: number): RoundedRows {
  const steps = new Float32Array(columns)
  for (let at = 0; at < numbers.length; at++)
    steps[at % columns] = Math.max(steps[at % columns], Math.abs(numbers[at]))
  for (let column = 0; column < columns; column++)
    steps[column] = steps[column] === 0 ? 1 : Math.fround(steps[column] / 127)
  const values = Int8Array.from(numbers, (value, at) =>
    Math.max(-127, Math.min(127, Math.round(value / steps[at % columns]))),
  )
  return { values, steps }
}
