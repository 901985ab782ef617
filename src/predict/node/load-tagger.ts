import { join } from 'node:path'
import { resolveConfig } from '../../config/resolve.js'
import { Decoder } from '../../model/decoder.js'
import { EmissionNetwork } from '../../model/emission-network.js'
import { TokenForms } from '../../model/inputs/token-forms.js'
import { ModelFileError } from '../../model/model-file-error.js'
import { readRunFolder, type StoredRun } from '../../model/node/run-folder.js'
import { parseSafetensors } from '../../model/safetensors.js'
import { tokenFeatures } from '../../model/token-features.js'
import { vocabulariesFromJson } from '../../model/vocabularies.js'
import { chooseRuntime } from '../../runtime/node/choose-runtime.js'
import { Tagger } from '../tagger.js'

export interface LoadOptions {
  /** Threads of the numeric kernels; default: ONNX Runtime's choice. */
  readonly threads?: number
  /** Hears, once a process, that onnxruntime-node is missing. Default: a warning of Node.js's own, on stderr. */
  readonly onNotice?: (message: string) => void
}

/**
 * Loads a trained tagger from its run folder. Every file is checked against the hash it was written with.
 *
 * @throws ModelFileError for a folder that is missing, unfinished, cut short, altered or from a newer version
 * @example
 * await using tagger = await loadTagger('runs/a')
 */
export async function loadTagger(dir: string, options: LoadOptions = {}): Promise<Tagger> {
  const run = readRunFolder(dir)
  const config = resolveConfig({ file: json(run, 'config.json'), fileName: join(dir, 'config.json') })
  const vocabularies = vocabulariesFromJson(json(run, 'vocab.json'), join(dir, 'vocab.json'))
  const { tags, scheme, types } = vocabularies
  const where = join(dir, 'model.safetensors')
  const { tensors } = parseSafetensors(run.bytes('model.safetensors'), where)
  const decoder = new Decoder(tags, scheme, config.decoder, name => {
    const tensor = tensors.get(name)
    if (tensor?.data instanceof Float32Array) return tensor.data
    throw new ModelFileError({ where, expected: `tensor "${name}" as F32`, got: tensor?.dtype ?? 'none' })
  })
  const forms = new TokenForms(tokenFeatures(config.input, vocabularies))
  const runtime = await chooseRuntime(options.onNotice)
  const network = await EmissionNetwork.create(run.bytes('model.onnx'), forms, tags.length, runtime, options)
  return new Tagger(network, decoder, { types, tags, runtime: runtime.name })
}

function json(run: StoredRun, name: string): unknown {
  try {
    return JSON.parse(run.text(name))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ModelFileError({ where: join(run.dir, name), expected: 'JSON', got: error.message })
  }
}
