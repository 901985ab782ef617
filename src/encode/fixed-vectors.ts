/**
 * Word vectors that training leaves alone, a byte a number: each row is whole numbers from −127 to 127 times a step of
 * its own. A quarter of the room, in memory and in the model file, so that all of a release's vectors can be kept for
 * words that the training data lacks. Nothing is lost between training and use: both see the rounded numbers.
 */
import { Vocabulary } from './vocabulary.js'
import type { WordVectors } from './word-vectors.js'

export interface FixedTable {
  /** `[rows, dim]` */
  readonly values: Int8Array
  /** `[rows]`: what the values of each row are multiplied by. */
  readonly steps: Float32Array
}

export interface FixedVectors {
  /** Its `<PAD>` and `<UNK>` have zeros for vectors. */
  readonly words: Vocabulary
  readonly table: FixedTable
}

/**
 * The vectors of all words but those left out, in the file's order.
 *
 * @param isLeftOut words that have a vector elsewhere
 */
export function fixVectors(
  { dim, rows, matrix }: WordVectors,
  isLeftOut: (word: string) => boolean,
): FixedVectors {
  const kept = [...rows.keys()].filter(word => !isLeftOut(word))
  const words = Vocabulary.fromCounts(new Map()).extended(kept)
  const table = { values: new Int8Array(words.size * dim), steps: new Float32Array(words.size) }
  kept.forEach((word, i) => {
    const row = rows.get(word) ?? 0
    roundRow(matrix.subarray(row * dim, (row + 1) * dim), table, i + 2)
  })
  return { words, table }
}

/** Below it a step has too few digits left in float32; so small a vector is none. */
const LEAST = 1e-30

function roundRow(source: Float32Array, { values, steps }: FixedTable, row: number): void {
  let largest = 0
  for (const value of source) largest = Math.max(largest, Math.abs(value))
  if (largest < LEAST) return
  const step = Math.fround(largest / 127)
  steps[row] = step
  for (let d = 0; d < source.length; d++) values[row * source.length + d] = Math.round(source[d] / step)
}
