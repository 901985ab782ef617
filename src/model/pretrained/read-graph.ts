/** Reads an encoder, or a model with a head, from its ONNX file. */
import { isRecord } from '../../base/json-types.js'
import { type OutsideData, outsideFiles } from '../../engine/onnx/tensors.js'
import { createSubwordTokenizer } from '../../text/subword/tokenizer-source.js'
import type { EncoderReader } from './encoder-files.js'
import { roundedEncoder } from './graph-block.js'
import { importGraph } from './graph-import.js'
import { type PretrainedModel, tokenizerOfEncoder } from './pretrained-model.js'

/** Where the graphs of floats are. */
export const GRAPH_FILES = [
  'model.onnx',
  'onnx/model.onnx',
  'model_fp16.onnx',
  'onnx/model_fp16.onnx',
] as const
/** Those of whole numbers, which can only tag. */
export const ROUNDED_FILES = [
  ...['model_quantized.onnx', 'onnx/model_quantized.onnx'],
  ...['model_int8.onnx', 'onnx/model_int8.onnx', 'model_uint8.onnx', 'onnx/model_uint8.onnx'],
] as const

const STATES = ['last_hidden_state', 'token_embeddings'] as const

/** @throws ModelFileError for a file that is missing or not read, InputError for one that training cannot use */
export async function readGraphEncoder(reader: EncoderReader, config: unknown): Promise<PretrainedModel> {
  const model = await readGraphModel(reader, config, { files: GRAPH_FILES, outputs: STATES })
  if ((model.rounded?.size ?? 0) > 0) throw roundedEncoder()
  return model
}

export interface GraphChoice {
  /** Names of files, the best first. */
  readonly files: readonly string[]
  /** Names of outputs, the best first. */
  readonly outputs: readonly string[]
}

/** @throws ModelFileError for a file that is missing, or that the engine does not read */
export async function readGraphModel(
  reader: EncoderReader,
  config: unknown,
  { files, outputs }: GraphChoice,
): Promise<PretrainedModel> {
  const file = await reader.has(files)
  const bytes = file === undefined ? undefined : await reader.bytes(file)
  if (file === undefined || !bytes) throw reader.missing(files[0])
  const where = reader.where(file)
  const tokenizer = await reader.tokenizer()
  const { size } = createSubwordTokenizer(tokenizer, reader.where(tokenizer.kind))
  const outside = await outsideOf(reader, file, bytes)
  const limits = await limitsOf(reader, config)
  const made = importGraph({ bytes, outside, where }, { ...limits, outputs, vocabulary: size })
  const vocabulary = { architecture: made.architecture, tokenizer }
  tokenizerOfEncoder(vocabulary, reader.where(tokenizer.kind))
  const { weights, rounded } = made
  return { ...vocabulary, weights, file, ...(rounded.size > 0 && { rounded }) }
}

/** Files that one model may keep numbers in. */
const MOST_FILES = 64

/** The files of numbers beside a model, in the same folder. */
async function outsideOf(reader: EncoderReader, file: string, model: Uint8Array): Promise<OutsideData> {
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const found = new Map<string, Uint8Array>()
  let names: readonly string[] = []
  try {
    names = outsideFiles(model)
  } catch (error) {
    // Damaged: whoever reads the model says so.
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error
  }
  for (const name of names.slice(0, MOST_FILES)) {
    const bytes = await reader.bytes(folder + name)
    if (bytes) found.set(name, bytes)
  }
  return {
    read(location, offset, length) {
      const bytes = found.get(location)
      if (!bytes) return undefined
      const end = length === undefined ? bytes.length : offset + length
      return end <= bytes.length && offset <= end ? bytes.subarray(offset, end) : undefined
    },
  }
}

/** Families whose first position comes after the id of padding. */
const SHIFTED = /^(xlm-)?roberta|^camembert|^mpnet|^xmod|^ibert|^longformer|^data2vec-text/

async function limitsOf(reader: EncoderReader, config: unknown) {
  const own = isRecord(config) ? config : {}
  const settings = await reader.json('tokenizer_config.json', 2 ** 27)
  const least = isRecord(settings) ? settings.model_max_length : undefined
  const isCount = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1_000_000
  const padding = isCount(own.pad_token_id) ? own.pad_token_id : 0
  const firstPosition = SHIFTED.test(String(own.model_type)) ? padding + 1 : 0
  const counts = [
    ...(isCount(own.max_position_embeddings) ? [own.max_position_embeddings] : []),
    ...(isCount(least) ? [least + firstPosition] : []),
  ]
  return { padding, firstPosition, positions: counts.length > 0 ? Math.min(...counts) : undefined }
}
