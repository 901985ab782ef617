// A model between two others, of which one was trained from the other (WiSE-FT, Wortsman et al. 2022).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSafetensors } from '../../../dist/engine/optim/safetensors.js'
import { readVocabularies, writeModel } from './write-model.mjs'

/**
 * @param start a packed model
 * @param end a packed model that was trained from it; it may have more rows in its tables, which stay as they are
 * @param share how much of the way from the first to the second is gone, in [0, 1]
 * @param out a new folder for the model
 */
export function mixParameters({ start, end, share, out }) {
  const from = tensorsOf(start)
  const tensors = new Map(
    [...tensorsOf(end)].map(([name, tensor]) => {
      const before = from.get(name).data
      if (!(tensor.data instanceof Float32Array)) return [name, tensor]
      const mixed = tensor.data.map((value, i) =>
        i < before.length ? share * value + (1 - share) * before[i] : value,
      )
      return [name, { ...tensor, data: mixed }]
    }),
  )
  const vocabularies = readVocabularies(end)
  writeModel({ model: end, vocabularies, tensors, out })
}

function tensorsOf(model) {
  const file = join(model, 'model.safetensors')
  return parseSafetensors(readFileSync(file), file).tensors
}
