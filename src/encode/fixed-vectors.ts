/**
 * Word vectors that training leaves alone, one byte per number: each row is whole numbers from −127 to 127 times a step
 * of its own. That takes a quarter of the space, in memory and in the model file, so that all vectors of a release can
 * be kept for words that the training data lacks. Training and tagging see the same rounded numbers.
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

/** Below it a step has too few digits left in float32: so small a vector counts as zero. */
const LEAST = 1e-30

function roundRow(source: Float32Array, { values, steps }: FixedTable, row: number): void {
  let largest = 0
  for (const value of source) largest = Math.max(largest, Math.abs(value))
  if (largest < LEAST) return
  const step = Math.fround(largest / 127)
  steps[row] = step
  for (let d = 0; d < source.length; d++) values[row * source.length + d] = Math.round(source[d] / step)
}
