// The same model with the vectors of other words. Training left the vectors alone, so the model takes any of their kind.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixedTable } from '../../../dist/encode/fixed-vectors.js'
import { Vocabulary } from '../../../dist/encode/vocabulary.js'
import { halfValues } from '../../../dist/engine/optim/half-floats.js'
import { parseSafetensors } from '../../../dist/engine/optim/safetensors.js'
import { readVocabularies, writeModel } from './write-model.mjs'

const ROWS = 'input.vectors'
const STEPS = 'input.vectors.steps'

/**
 * @param model a packed model
 * @param vectors all vectors there are, as a reader gives them
 * @param choose gives the words to have vectors of, of those in `vectors`
 * @param out a new folder for the model. What it had vectors of and `vectors` lacks, it keeps.
 */
export function replaceVectors({ model, vectors, choose, out }) {
  const vocabularies = readVocabularies(model)
  const file = join(model, 'model.safetensors')
  const tensors = new Map(parseSafetensors(readFileSync(file), file).tensors)
  const { dtype, data } = tensors.get(STEPS)
  const own = { rows: tensors.get(ROWS).data, steps: dtype === 'F16' ? halfValues(data) : data }
  const { words } = vocabularies.inputs
  const { dim } = vectors
  // The first two are padding and unknown words.
  const kept = words.fixed.flatMap((word, row) => (row < 2 || !vectors.rows.has(word) ? [row] : []))
  const trained = new Set(words.trained)
  const chosen = choose(kept.length - 2).filter(word => !trained.has(word))
  const table = fixedTable(vectors, Vocabulary.fromCounts(new Map()).extended(chosen))
  const size = kept.length + chosen.length
  const rows = new Int8Array(size * dim)
  const steps = new Float32Array(size)
  for (const [to, row] of kept.entries()) {
    rows.set(own.rows.subarray(row * dim, (row + 1) * dim), to * dim)
    steps[to] = own.steps[row]
  }
  rows.set(table.values.subarray(2 * dim), kept.length * dim)
  steps.set(table.steps.subarray(2), kept.length)
  tensors.set(ROWS, { dtype: 'I8', shape: [size, dim], data: rows })
  tensors.set(STEPS, { dtype: 'F32', shape: [size, 1], data: steps })
  words.fixed = [...kept.map(row => words.fixed[row]), ...chosen]
  writeModel({ model, vocabularies, tensors, out })
}
