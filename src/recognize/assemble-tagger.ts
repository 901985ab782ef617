import { ModelFileError } from '../base/model-file-error.js'
import { resolveConfig } from '../config/resolve.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { columnKey } from '../model/inputs/sentence-features.js'
import { tokenFeatures } from '../model/token-features.js'
import { vocabulariesFromJson } from '../model/vocabularies.js'
import { SentenceTagger } from './sentence-tagger.js'
import { Tagger } from './tagger.js'

/** Files of a run that a tagger is made from. */
export const TAGGER_FILES = ['config.json', 'vocab.json', 'model.safetensors', 'model.onnx'] as const

export interface RunFiles {
  /** A file's bytes, checked against their hash. @throws ModelFileError where the run has no such file */
  bytes(name: string): Uint8Array
  /** What a file is called in messages. */
  where(name: string): string
}

/**
 * Makes a tagger from a run's files, wherever they come from.
 * @throws InputError for a file that is not what training wrote
 */
export async function assembleTagger(
  files: RunFiles,
  runtime: Runtime,
  options: { readonly threads?: number },
): Promise<Tagger> {
  const config = resolveConfig({ file: json(files, 'config.json'), fileName: files.where('config.json') })
  const vocabularies = vocabulariesFromJson(json(files, 'vocab.json'), files.where('vocab.json'))
  const { tags, types } = vocabularies
  const where = files.where('model.safetensors')
  const { tensors } = parseSafetensors(files.bytes('model.safetensors'), where)
  const parameter = (name: string) => {
    const tensor = tensors.get(name)
    if (tensor?.data instanceof Float32Array) return tensor.data
    throw new ModelFileError({ where, expected: `tensor "${name}" as F32`, got: tensor?.dtype ?? 'none' })
  }
  const definition = { features: tokenFeatures(config.input, vocabularies), tags, config }
  const model = files.bytes('model.onnx')
  const sentences = await SentenceTagger.create({ definition, vocabularies }, parameter, runtime, {
    ...options,
    model,
  })
  return new Tagger(sentences, {
    types,
    tags,
    runtime: runtime.name,
    unit: config.input.unit,
    columns: config.input.columns.map(({ column }) => columnKey(column)),
  })
}

function json(files: RunFiles, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(files.bytes(name)))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ModelFileError({ where: files.where(name), expected: 'JSON', got: error.message })
  }
}
