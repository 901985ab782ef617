/** The numbers of a pretrained encoder, from the tensors of its files to the parameters of our layers. */
import { ModelFileError } from '../../base/model-file-error.js'
import { allocate, areFinite, sizeOf } from '../../engine/graph/tensor.js'
import { brainValues, halfValues } from '../../engine/optim/half-floats.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import type { EncoderFamily, LayerArchitecture } from './architecture.js'

/** A parameter's numbers by its name. */
export type EncoderWeights = ReadonlyMap<string, Float32Array>

/** What a parameter is made of: tensors side by side, each turned, since `transformers` stores `[outputs, inputs]`. */
interface Source {
  readonly name: string
  /** Of the parameter. */
  readonly shape: readonly number[]
  readonly tensors: readonly string[]
  /** Whether each tensor is turned. */
  readonly turned?: boolean
  /** How many rows of the tensor are used, from the first; default: all. */
  readonly rows?: number
}

/** The name of the pieces' table, of which training changes the rows that it meets. */
export const PIECES = 'pretrained.pieces'
/** What all other parameters of the encoder begin with. */
export const ENCODER = 'pretrained'

/** What stands before the names of a checkpoint that has a head. */
const PREFIXES: Readonly<Record<EncoderFamily, string>> = {
  bert: 'bert.',
  distilbert: 'distilbert.',
  roberta: 'roberta.',
  'xlm-roberta': 'roberta.',
  electra: 'electra.',
  'deberta-v2': 'deberta.',
  modernbert: 'model.',
}

interface LayerNames {
  readonly layer: string
  readonly qkv: readonly [string, string, string]
  readonly output: string
  readonly norm: string
  readonly hidden: string
  readonly feedForward: string
  readonly feedForwardNorm: string
}

const BERT_NAMES: LayerNames = {
  layer: 'encoder.layer.',
  qkv: ['attention.self.query', 'attention.self.key', 'attention.self.value'],
  output: 'attention.output.dense',
  norm: 'attention.output.LayerNorm',
  hidden: 'intermediate.dense',
  feedForward: 'output.dense',
  feedForwardNorm: 'output.LayerNorm',
}

const DISTILBERT_NAMES: LayerNames = {
  layer: 'transformer.layer.',
  qkv: ['attention.q_lin', 'attention.k_lin', 'attention.v_lin'],
  output: 'attention.out_lin',
  norm: 'sa_layer_norm',
  hidden: 'ffn.lin1',
  feedForward: 'ffn.lin2',
  feedForwardNorm: 'output_layer_norm',
}

const DEBERTA_NAMES: LayerNames = {
  ...BERT_NAMES,
  qkv: ['attention.self.query_proj', 'attention.self.key_proj', 'attention.self.value_proj'],
}

function modernSources(own: LayerArchitecture): readonly Source[] {
  const { width, layers, feedForward, vocabulary } = own
  const matrix = (name: string, shape: readonly number[], tensor: string): Source => ({
    ...{ name, shape, tensors: [`${tensor}.weight`], turned: true },
  })
  const norm = (name: string, tensor: string): Source => ({
    name,
    shape: [width],
    tensors: [`${tensor}.weight`],
  })
  return [
    { name: PIECES, shape: [vocabulary, width], tensors: ['embeddings.tok_embeddings.weight'] },
    norm(`${ENCODER}.scale`, 'embeddings.norm'),
    ...Array.from({ length: layers }, (_, i) => {
      const [at, tensor] = [`${ENCODER}.layers.${i}.`, `layers.${i}.`]
      return [
        ...(i > 0 ? [norm(`${at}attentionNorm`, `${tensor}attn_norm`)] : []),
        matrix(`${at}qkv`, [width, 3 * width], `${tensor}attn.Wqkv`),
        matrix(`${at}attentionOutput`, [width, width], `${tensor}attn.Wo`),
        norm(`${at}feedForwardNorm`, `${tensor}mlp_norm`),
        matrix(`${at}hidden`, [width, 2 * feedForward], `${tensor}mlp.Wi`),
        matrix(`${at}output`, [feedForward, width], `${tensor}mlp.Wo`),
      ]
    }).flat(),
    norm(`${ENCODER}.finalScale`, 'final_norm'),
    ...(own.rotary?.head
      ? [
          matrix(`${ENCODER}.headDense`, [width, width], 'head.dense'),
          norm(`${ENCODER}.headScale`, 'head.norm'),
        ]
      : []),
  ]
}

function sourcesOf(own: LayerArchitecture): readonly Source[] {
  if (own.rotary) return modernSources(own)
  const { width, embedding, feedForward, vocabulary, positions, types } = own
  const { distances } = own
  const names = own.family === 'distilbert' ? DISTILBERT_NAMES : distances ? DEBERTA_NAMES : BERT_NAMES
  const at = `${ENCODER}.`
  const linear = (name: string, shape: readonly number[], tensors: readonly string[]): Source[] => [
    { name, shape, tensors: tensors.map(tensor => `${tensor}.weight`), turned: true },
    { name: `${name}Bias`, shape: [shape[1]], tensors: tensors.map(tensor => `${tensor}.bias`) },
  ]
  const norm = (name: string, tensor: string, features: number): Source[] => [
    { name: `${name}.scale`, shape: [features], tensors: [`${tensor}.weight`] },
    { name: `${name}.bias`, shape: [features], tensors: [`${tensor}.bias`] },
  ]
  const layers = Array.from({ length: own.layers }, (_, i) => {
    const layer = `${at}layers.${i}.`
    const tensor = (name: string) => `${names.layer}${i}.${name}`
    return [
      ...linear(`${layer}attention.qkv`, [width, 3 * width], names.qkv.map(tensor)),
      ...linear(`${layer}attention.output`, [width, width], [tensor(names.output)]),
      ...norm(`${layer}attentionNorm`, tensor(names.norm), width),
      ...linear(`${layer}feedForward.hidden`, [width, feedForward], [tensor(names.hidden)]),
      ...linear(`${layer}feedForward.output`, [feedForward, width], [tensor(names.feedForward)]),
      ...norm(`${layer}feedForwardNorm`, tensor(names.feedForwardNorm), width),
    ]
  }).flat()
  const table = (name: string, tensor: string, rows: number): Source => ({
    name,
    shape: [rows, embedding],
    tensors: [`embeddings.${tensor}.weight`],
  })
  return [
    table(PIECES, 'word_embeddings', vocabulary),
    ...(distances ? [] : [table(`${at}positions`, 'position_embeddings', positions)]),
    ...(distances
      ? [
          {
            name: `${at}distances`,
            shape: [2 * distances.span, width],
            tensors: ['encoder.rel_embeddings.weight'],
          },
        ]
      : []),
    ...(distances?.normalized ? norm(`${at}distanceNorm`, 'encoder.LayerNorm', width) : []),
    ...(types > 0
      ? [{ ...table(`${at}type`, 'token_type_embeddings', types), rows: 1, shape: [1, embedding] }]
      : []),
    ...norm(`${at}norm`, 'embeddings.LayerNorm', embedding),
    ...(embedding === width ? [] : linear(`${at}projection`, [embedding, width], ['embeddings_project'])),
    ...layers,
  ]
}

/**
 * Takes the encoder's parameters out of a checkpoint's tensors; other tensors, such as a head's, are left alone.
 *
 * @param tensorOf a stored tensor by its name
 * @param where what to call the files in messages
 * @throws ModelFileError with one fault for each tensor that is missing, of another shape, or not of finite numbers
 */
export function encoderWeights(
  architecture: LayerArchitecture,
  tensors: ReadonlyMap<string, StoredTensor>,
  where: string,
): EncoderWeights {
  const prefix = PREFIXES[architecture.family]
  const find = (name: string) => {
    const older = name
      .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
      .replace(/LayerNorm\.bias$/, 'LayerNorm.beta')
    for (const own of [name, older])
      for (const full of [prefix + own, own]) {
        const tensor = tensors.get(full)
        if (tensor) return { full, tensor }
      }
    return undefined
  }
  const faults: { where: string; expected: string; got: string; remedy: string }[] = []
  const weights = new Map<string, Float32Array>()
  for (const source of sourcesOf(architecture)) {
    const parts = source.tensors.map(name => {
      const found = find(name)
      const shape = storedShape(source, architecture)
      const fault = (got: string) => {
        faults.push({
          where,
          expected: `tensor "${name}" as [${shape}], as its config.json says`,
          got,
          remedy: 'the folder is incomplete, or its files belong to different encoders; copy it again',
        })
        return undefined
      }
      if (!found) return fault('none')
      if (String(found.tensor.shape) !== String(shape)) return fault(`[${found.tensor.shape}]`)
      const values = floatsOf(found.tensor)
      if (!values) return fault(found.tensor.dtype)
      return areFinite(values) ? values : fault('numbers that are not finite')
    })
    if (parts.every(part => part !== undefined)) weights.set(source.name, joined(source, parts))
  }
  if (faults.length > 0) throw new ModelFileError(faults.slice(0, MOST_FAULTS))
  return weights
}

/** One message should not have a line for each of hundreds of tensors. */
const MOST_FAULTS = 5

/** The shape of each tensor that a parameter is made of, as it is stored. */
function storedShape({ shape, tensors, turned, rows }: Source, { types }: LayerArchitecture): number[] {
  const columns = shape[shape.length - 1] / tensors.length
  if (rows !== undefined) return [types, columns]
  return turned ? [columns, shape[0]] : [...shape.slice(0, -1), columns]
}

export function floatsOf({ dtype, data }: StoredTensor): Float32Array | undefined {
  switch (dtype) {
    case 'F32':
      return data as Float32Array
    case 'F16':
      return halfValues(data as Uint16Array)
    case 'BF16':
      return brainValues(data as Uint16Array)
    default:
      return undefined
  }
}

function joined({ shape, turned }: Source, parts: readonly Float32Array[]): Float32Array {
  const values = allocate('float32', sizeOf(shape)) as Float32Array
  if (!turned) {
    if (parts.length === 1) values.set(parts[0].subarray(0, values.length))
    else for (const [i, part] of parts.entries()) values.set(part, i * part.length)
    return values
  }
  const [inputs, outputs] = shape
  const own = outputs / parts.length
  parts.forEach((part, p) => {
    for (let o = 0; o < own; o++)
      for (let i = 0; i < inputs; i++) values[i * outputs + p * own + o] = part[o * inputs + i]
  })
  return values
}
