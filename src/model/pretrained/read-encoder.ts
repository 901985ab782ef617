/** Reads a pretrained encoder from its files, wherever they are. Nothing in them is trusted before it is checked. */
import { isKnownFamily, parseEncoderConfig } from './architecture.js'
import { type EncoderFiles, EncoderReader, INDEX } from './encoder-files.js'
import { encoderWeights } from './encoder-weights.js'
import { type PretrainedModel, tokenizerOfEncoder } from './pretrained-model.js'
import { GRAPH_FILES, readGraphEncoder } from './read-graph.js'

/** Which of its files an encoder is read from. */
export type EncoderSource = 'auto' | 'safetensors' | 'onnx'

/**
 * Reads an encoder as Hugging Face lays it out: `config.json`, the tokenizer, and `model.safetensors`, in one file or in
 * several with their index. Where there is none of a known family, the graph of `model.onnx` is read.
 *
 * @throws ModelFileError for a folder that is incomplete, an architecture or a tokenizer that is not known, and for parts
 *   that do not belong together
 */
export async function readEncoder(
  files: EncoderFiles,
  source: EncoderSource = 'auto',
): Promise<PretrainedModel> {
  const reader = new EncoderReader(files)
  const config = await reader.json('config.json', 2 ** 20)
  if (await usesGraph(reader, config, source)) return readGraphEncoder(reader, config)
  if (config === undefined) throw reader.missing('config.json')
  const architecture = parseEncoderConfig(config, reader.where('config.json'))
  const tokenizer = await reader.tokenizer()
  const vocabulary = { architecture, tokenizer }
  tokenizerOfEncoder(vocabulary, reader.where(tokenizer.kind))
  const { file, tensors } = await reader.tensors()
  return { ...vocabulary, file, weights: encoderWeights(architecture, tensors, files.name) }
}

/** Whether an encoder is read from its graph. */
export async function usesGraph(
  reader: EncoderReader,
  config: unknown,
  source: EncoderSource,
): Promise<boolean> {
  if (source !== 'auto') return source === 'onnx'
  const isBuilt = isKnownFamily(config) && (await reader.has(['model.safetensors', INDEX])) !== undefined
  return !isBuilt && (await reader.has(GRAPH_FILES)) !== undefined
}
