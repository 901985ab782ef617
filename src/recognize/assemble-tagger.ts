import { ModelFileError } from '../base/model-file-error.js'
import { resolveConfig } from '../config/resolve.js'
import { Decoder } from '../decode/decoder.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { EmissionNetwork } from '../model/emission-network.js'
import { columnKey } from '../model/inputs/sentence-features.js'
import { TokenForms } from '../model/inputs/token-forms.js'
import { taggingWindow } from '../model/tagger-definition.js'
import { tokenFeatures } from '../model/token-features.js'
import { vocabulariesFromJson } from '../model/vocabularies.js'
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
  const { tags, scheme, types } = vocabularies
  const where = files.where('model.safetensors')
  const { tensors } = parseSafetensors(files.bytes('model.safetensors'), where)
  const decoder = new Decoder(tags, scheme, config.decoder, name => {
    const tensor = tensors.get(name)
    if (tensor?.data instanceof Float32Array) return tensor.data
    throw new ModelFileError({ where, expected: `tensor "${name}" as F32`, got: tensor?.dtype ?? 'none' })
  })
  const features = tokenFeatures(config.input, vocabularies)
  const forms = new TokenForms(features)
  const network = await EmissionNetwork.create(files.bytes('model.onnx'), forms, tags.length, runtime, {
    ...options,
    window: taggingWindow({ features, tags, config }),
  })
  return new Tagger(network, decoder, {
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
