/**
 * Word vectors that training leaves alone, one byte per number: each row is whole numbers from −127 to 127 times a step
 * of its own. That takes a quarter of the space, in memory, in the model file and in a compact vector file, so that all
 * vectors of a release can be kept for words that the training data lacks. Training and tagging see the same rounded
 * numbers.
 */
import type { Vocabulary } from './vocabulary.js'
import type { WordVectors } from './word-vectors.js'

export interface FixedTable {
  /** `[words, dim]`; `<PAD>` and `<UNK>` have zeros. */
  readonly values: Int8Array
  /** `[words]`: what the values of each row are multiplied by. */
  readonly steps: Float32Array
}

/** @param words each of which has a vector of its own, besides `<PAD>` and `<UNK>` */
export function fixedTable({ dim, rows, matrix }: WordVectors, words: Vocabulary): FixedTable {
  const table = { values: new Int8Array(words.size * dim), steps: new Float32Array(words.size) }
  for (let id = 2; id < words.size; id++) {
    const row = rows.get(words.entries[id]) ?? 0
    roundRow(matrix.subarray(row * dim, (row + 1) * dim), table, id)
  }
  return table
}

/** The table of other words. @param ids the row of each in this one, `[words]` */
export function pickedRows({ values, steps }: FixedTable, dim: number, ids: readonly number[]): FixedTable {
  const table = { values: new Int8Array(ids.length * dim), steps: new Float32Array(ids.length) }
  ids.forEach((id, row) => {
    table.values.set(values.subarray(id * dim, (id + 1) * dim), row * dim)
    table.steps[row] = steps[id]
  })
  return table
}

/** A row's numbers. @param out `[dim]`, overwritten */
export function writeFixedRow({ values, steps }: FixedTable, row: number, out: Float32Array): void {
  for (let d = 0; d < out.length; d++) out[d] = values[row * out.length + d] * steps[row]
}

/** Below it a step has too few digits left in float32: so small a vector counts as zero. */
const LEAST = 1e-30

/** Rounds a vector into one row of a table. A row that was rounded before, and multiplied out, rounds to itself. */
export function roundRow(source: Float32Array, { values, steps }: FixedTable, row: number): void {
  let largest = 0
  for (const value of source) largest = Math.max(largest, Math.abs(value))
  if (largest < LEAST) return
  const step = stepOf(largest)
  steps[row] = step
  for (let d = 0; d < source.length; d++) values[row * source.length + d] = Math.round(source[d] / step)
}

/** The step that 127 is the largest number of, in float32, and the step of 127 times itself. */
function stepOf(largest: number): number {
  let step = Math.fround(largest / 127)
  if (Math.fround(127 * step) > 3.5e38) step = Math.fround(step * (1 - 2 ** -23))
  for (;;) {
    const again = Math.fround(Math.fround(127 * step) / 127)
    if (again === step) return step
    step = again
  }
}

/** Whether a word can be in a list of vectors that is made here: no token has white space in it. */
export function isVectorWord(word: string): boolean {
  return word !== '' && !/[\s\p{Cs}]/u.test(word)
}
