// The same model with the vectors of all of the package's words: what leaving words out costs.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERSION } from '../../../dist/base/version.js'
import { fixedTable } from '../../../dist/encode/fixed-vectors.js'
import { readVectorFile } from '../../../dist/encode/node/read-vector-file.js'
import { Vocabulary } from '../../../dist/encode/vocabulary.js'
import { parseSafetensors, toSafetensors } from '../../../dist/engine/optim/safetensors.js'
import { digestOf, formatManifest } from '../../../dist/run/node/run-manifest.js'

/**
 * @param model the packed model
 * @param source the package's file of vectors
 * @param out a new folder for the larger model
 */
export async function withAllVectors({ model, source, out }) {
  mkdirSync(out, { recursive: true })
  const vectors = await readVectorFile(source)
  const vocabularies = JSON.parse(readFileSync(join(model, 'vocab.json'), 'utf8'))
  const { words } = vocabularies.inputs
  const known = new Set([...words.fixed, ...words.trained])
  const added = [...vectors.rows.keys()].filter(word => !known.has(word))
  const file = join(model, 'model.safetensors')
  const tensors = new Map(parseSafetensors(readFileSync(file), file).tensors)
  const table = fixedTable(vectors, Vocabulary.fromCounts(new Map()).extended(added))
  const { dim } = vectors
  const size = words.fixed.length + added.length
  const joined = (own, more, width) => {
    const data = new own.constructor(size * width)
    data.set(own)
    // The first two rows are those of padding and of unknown words.
    data.set(more.subarray(2 * width), own.length)
    return data
  }
  const values = joined(tensors.get('input.vectors').data, table.values, dim)
  const steps = joined(tensors.get('input.vectors.steps').data, table.steps, 1)
  tensors.set('input.vectors', { dtype: 'I8', shape: [size, dim], data: values })
  tensors.set('input.vectors.steps', { dtype: 'F32', shape: [size, 1], data: steps })
  words.fixed.push(...added)
  writeFileSync(join(out, 'vocab.json'), `${JSON.stringify(vocabularies)}\n`)
  writeFileSync(join(out, 'model.safetensors'), toSafetensors(tensors))
  copyFileSync(join(model, 'config.json'), join(out, 'config.json'))
  const names = ['config.json', 'model.safetensors', 'vocab.json']
  const digests = Object.fromEntries(names.map(name => [name, digestOf(readFileSync(join(out, name)))]))
  writeFileSync(join(out, 'manifest.json'), formatManifest(VERSION, digests))
}
