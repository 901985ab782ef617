/** A checkpoint that gives each piece a label, as `transformers` writes those that were fine-tuned for names. */
import { ModelFileError } from '../../base/model-file-error.js'
import type { Scheme } from '../../tags/scheme.js'
import { tagSet } from '../../tags/tag-set.js'
import { parseEncoderConfig, withHead } from './architecture.js'
import { type EncoderFiles, EncoderReader } from './encoder-files.js'
import { encoderWeights, floatsOf } from './encoder-weights.js'
import { labelsOf, meaningOf } from './label-names.js'
import { type PretrainedModel, tokenizerOfEncoder } from './pretrained-model.js'
import { usesGraph } from './read-encoder.js'
import { GRAPH_FILES, ROUNDED_FILES, readGraphModel } from './read-graph.js'

export interface TokenClassifier {
  readonly encoder: PretrainedModel
  readonly scheme: Scheme
  /** Entity types, by code point. */
  readonly types: readonly string[]
  /** The tags of the scheme for the types. */
  readonly tags: readonly string[]
  /** `[tags, width]`, and a number for each tag. A tag that the checkpoint has no label for is never likely. */
  readonly weight: Float32Array
  readonly bias: Float32Array
  /** Labels that are no tags (`[PAD]`, `X`): they are left out. */
  readonly leftOut: readonly string[]
}

export interface ClassifierChoice {
  /** Of its tags; default: what the labels show. `B-` and `I-` alone are taken for BIO, unless a type lacks `B-`. */
  readonly scheme?: Scheme | undefined
  /** An ONNX file of the folder to read, such as `onnx/model_quantized.onnx`; default: the most exact numbers that are there. */
  readonly file?: string | undefined
}

/** The score of a tag without a label, at every token. */
const NEVER = -1e4

/** A checkpoint's states and what makes scores of labels of them: `[labels, width]`, and a number for each label. */
interface Scored {
  readonly encoder: PretrainedModel
  readonly weight: Float32Array
  readonly bias: Float32Array
}

/**
 * Reads a token-classification checkpoint: the encoder, its labels and the layer that scores them. An ONNX file has that
 * layer in its graph.
 *
 * @throws ModelFileError as `readEncoder`, and for a checkpoint without such a layer or without names for its labels
 */
export async function readTokenClassifier(
  files: EncoderFiles,
  { scheme: wanted, file }: ClassifierChoice = {},
): Promise<TokenClassifier> {
  const reader = new EncoderReader(files)
  const config = await reader.json('config.json', 2 ** 20)
  if (config === undefined) throw reader.missing('config.json')
  const where = reader.where('config.json')
  const isGraph =
    file !== undefined ||
    (await usesGraph(reader, config, 'auto')) ||
    ((await reader.has(['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'])) ===
      undefined &&
      (await reader.has(ROUNDED_FILES)) !== undefined)
  // What would be built is refused first where it is not known, as for an encoder.
  if (!isGraph) parseEncoderConfig(config, where)
  const labels = labelsOf(config, where)
  const { scheme, types, rowOf, leftOut } = meaningOf(labels, where, wanted)
  const {
    encoder,
    weight: scores,
    bias,
  } = isGraph
    ? await graphScores(reader, config, labels.length, file)
    : await layerScores(reader, config, labels.length)
  const { width } = encoder.architecture
  const tags = tagSet(types, scheme)
  const rows = tags.map(tag => rowOf.get(tag))
  const weight = new Float32Array(tags.length * width)
  rows.forEach((row, tag) => {
    if (row !== undefined) weight.set(scores.subarray(row * width, (row + 1) * width), tag * width)
  })
  return {
    ...{ encoder, scheme, types, tags, weight, leftOut },
    bias: Float32Array.from(rows, row => (row === undefined ? NEVER : bias[row])),
  }
}

async function layerScores(reader: EncoderReader, config: unknown, labels: number): Promise<Scored> {
  const where = reader.where('config.json')
  const architecture = withHead(parseEncoderConfig(config, where), config, where)
  const tokenizer = await reader.tokenizer()
  tokenizerOfEncoder({ architecture, tokenizer }, reader.where(tokenizer.kind))
  const { file, tensors } = await reader.tensors()
  const number = (name: string, shape: readonly number[]) => {
    const tensor = tensors.get(name)
    const values = tensor && String(tensor.shape) === String(shape) ? floatsOf(tensor) : undefined
    if (values?.every(Number.isFinite)) return values
    const got = tensor ? `${tensor.dtype} [${tensor.shape}]` : 'none'
    const remedy = 'give a checkpoint that was fine-tuned for token classification'
    throw new ModelFileError({ where: reader.name, expected: `tensor "${name}" as [${shape}]`, got, remedy })
  }
  const scores = {
    weight: number('classifier.weight', [labels, architecture.width]),
    bias: number('classifier.bias', [labels]),
  }
  const weights = encoderWeights(architecture, tensors, reader.name)
  return { ...scores, encoder: { architecture, tokenizer, weights, file } }
}

/** The graph's output is the scores: each label has its own. */
async function graphScores(
  reader: EncoderReader,
  config: unknown,
  labels: number,
  file: string | undefined,
): Promise<Scored> {
  const files = file === undefined ? [...GRAPH_FILES, ...ROUNDED_FILES] : [file]
  const encoder = await readGraphModel(reader, config, { files, outputs: ['logits'] })
  const { width } = encoder.architecture
  if (width !== labels)
    throw new ModelFileError({
      where: reader.where(encoder.file),
      expected: `a score for each of the ${labels} labels of config.json`,
      got: `${width} of them`,
      remedy: 'give a checkpoint that was fine-tuned for token classification, with its own config.json',
    })
  const weight = new Float32Array(labels * labels)
  for (let label = 0; label < labels; label++) weight[label * labels + label] = 1
  return { encoder, weight, bias: new Float32Array(labels) }
}
