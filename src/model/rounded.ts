/**
 * Parameters rounded to 8 bits: each row of a table, and each gate of an LSTM, has a step of its own, and its numbers are
 * whole multiples of it from −127 to 127. Biases stay as they are.
 */
import type { ParameterSpec } from '../engine/optim/parameter-store.js'
import { encoderBlocks, parameterSpecs, type TaggerDefinition } from './tagger-definition.js'

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

/** The parameters that can be rounded, and how many columns of each. */
export function roundedColumns(definition: TaggerDefinition): ReadonlyMap<string, number> {
  const names = new Set([
    ...definition.inputs.blocks.flatMap(({ canRound = [] }) => canRound),
    ...encoderBlocks(definition).flatMap(({ canRound = [] }) => canRound),
  ])
  const columns = ({ shape, undecayedColumns = 0 }: ParameterSpec) =>
    shape[shape.length - 1] - undecayedColumns
  return new Map(
    parameterSpecs(definition)
      .filter(({ name }) => names.has(name))
      .map(spec => [spec.name, columns(spec)]),
  )
}
