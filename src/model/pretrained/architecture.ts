/** What a pretrained encoder is, as its `config.json` says. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import type { Activation } from '../../engine/layers/feed-forward.js'
import { type EncoderSize, type GraphArchitecture, parseGraphArchitecture } from './graph-architecture.js'

/**
 * Families of encoders. The layers of most are BERT's (Devlin et al. 2019); they differ in names and positions. DeBERTa (v2 and
 * v3) has distances in place of positions (He et al. 2021), ModernBERT rotary positions and layers of its own.
 */
const FAMILIES = [
  'bert',
  'distilbert',
  'roberta',
  'xlm-roberta',
  'electra',
  'deberta-v2',
  'modernbert',
] as const

export type EncoderFamily = (typeof FAMILIES)[number]

/** An encoder: built from our layers, or run as its file's graph says. Plain data, which a run keeps in its `vocab.json`. */
export type EncoderArchitecture = LayerArchitecture | GraphArchitecture

/** The sizes of an encoder that is built from our layers. */
export interface LayerArchitecture extends EncoderSize {
  readonly family: EncoderFamily
  readonly heads: number
  readonly feedForward: number
  readonly activation: Activation
  /** Of the layer normalizations. */
  readonly epsilon: number
  /** Rows of the table of segments, of which the first is used; 0 for none. */
  readonly types: number
  /** Of DeBERTa. */
  readonly distances?: DistanceSettings
  /** Of ModernBERT. */
  readonly rotary?: RotarySettings
}

export interface DistanceSettings {
  /** Half the rows of the table of distances. */
  readonly span: number
  /** The distance from which on all are equal; `null`: each has a row of its own. */
  readonly longest: number | null
  /** Whether the table is normalized. */
  readonly normalized: boolean
  /** Whether queries look at distances, and whether keys do. */
  readonly query: boolean
  readonly key: boolean
}

export interface RotarySettings {
  /** The longest wavelengths of layers that see all of a text, and of those that see what is near. */
  readonly global: number
  readonly local: number
  /** How far the latter see. */
  readonly reach: number
  /** Which layers see all. */
  readonly globalLayers: readonly boolean[]
  /** Of a further layer before the labels, in a model that has labels. */
  readonly head?: Activation
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
}

/** The names of sizes: DistilBERT has its own. */
const NAMES = {
  width: ['hidden_size', 'dim'],
  layers: ['num_hidden_layers', 'n_layers'],
  heads: ['num_attention_heads', 'n_heads'],
  feedForward: ['intermediate_size', 'hidden_dim'],
  activation: ['hidden_act', 'activation'],
} as const
const MODERN_ACTIVATION = 'hidden_activation'

/**
 * Reads a parsed `config.json` of Hugging Face's `transformers`.
 * @param where what to call the file in messages
 * @throws ModelFileError for an architecture or a variant that is not known, and for sizes that do not fit one another
 */
export function parseEncoderConfig(config: unknown, where: string): LayerArchitecture {
  const read = new ConfigReader(config, where)
  const family = FAMILIES.find(own => own === read.value('model_type'))
  if (!family)
    throw read.fault('model_type', FAMILIES.join(', '), 'convert the encoder to one of these architectures')
  const at = (name: keyof typeof NAMES) => NAMES[name][family === 'distilbert' ? 1 : 0]
  const positionKind = read.value('position_embedding_type') ?? 'absolute'
  if (positionKind !== 'absolute') throw read.fault('position_embedding_type', '"absolute"')
  if (read.value('is_decoder') === true) throw read.fault('is_decoder', 'false: an encoder')
  const activationName = family === 'modernbert' ? MODERN_ACTIVATION : at('activation')
  const activation = read.value(activationName) ?? 'gelu'
  if (typeof activation !== 'string' || !Object.hasOwn(ACTIVATIONS, activation))
    throw read.fault(activationName, Object.keys(ACTIVATIONS).join(', '))
  const width = read.size(at('width'), 65_536)
  const isRoberta = family === 'roberta' || family === 'xlm-roberta'
  const hasTypes = family !== 'distilbert' && family !== 'modernbert' && family !== 'deberta-v2'
  const own = {
    family,
    vocabulary: read.size('vocab_size', 4_000_000),
    embedding: family === 'electra' ? read.size('embedding_size', 65_536, width) : width,
    width,
    layers: read.size(at('layers'), 256),
    heads: read.size(at('heads'), 256),
    feedForward: read.size(at('feedForward'), 262_144),
    activation: ACTIVATIONS[activation],
    epsilon: epsilonOf(read, family),
    positions: read.size('max_position_embeddings', 65_536),
    firstPosition: isRoberta ? read.count('pad_token_id', 1) + 1 : 0,
    types: hasTypes ? read.count('type_vocab_size', 2) : 0,
  }
  return checkArchitecture(
    {
      ...own,
      ...(family === 'deberta-v2' && { distances: distancesOf(read, own) }),
      ...(family === 'modernbert' && { rotary: rotaryOf(read, own.layers) }),
    },
    where,
  )
}

function epsilonOf(read: ConfigReader, family: EncoderFamily): number {
  if (family === 'distilbert') return 1e-12
  if (family === 'modernbert') return read.positive('norm_eps', 1e-5)
  return read.positive('layer_norm_eps', family === 'deberta-v2' ? 1e-7 : 1e-12)
}

/** Settings of DeBERTa with only one value that is known. */
const ONLY: readonly (readonly [name: string, values: readonly unknown[]])[] = [
  ['relative_attention', [true]],
  ['position_biased_input', [false]],
  ['share_att_key', [true]],
  ['type_vocab_size', [0, undefined]],
  ['conv_kernel_size', [0, undefined, null]],
]

/** The layer that ModernBERT has between its states and the labels. */
export function withHead(own: LayerArchitecture, config: unknown, where: string): LayerArchitecture {
  if (!own.rotary) return own
  const read = new ConfigReader(config, where)
  if ((read.value('classifier_bias') ?? false) !== false) throw read.fault('classifier_bias', 'false')
  const activation = read.value('classifier_activation') ?? 'gelu'
  if (typeof activation !== 'string' || !Object.hasOwn(ACTIVATIONS, activation))
    throw read.fault('classifier_activation', Object.keys(ACTIVATIONS).join(', '))
  return { ...own, rotary: { ...own.rotary, head: ACTIVATIONS[activation] } }
}

function distancesOf(
  read: ConfigReader,
  { positions, width }: Pick<LayerArchitecture, 'positions' | 'width'>,
): DistanceSettings {
  for (const [name, values] of ONLY)
    if (!values.includes(read.value(name))) throw read.fault(name, String(JSON.stringify(values[0])))
  if ((read.value('embedding_size') ?? width) !== width) throw read.fault('embedding_size', String(width))
  const listed = read.value('pos_att_type')
  const terms = typeof listed === 'string' ? listed.split('|') : Array.isArray(listed) ? listed : []
  if (terms.length === 0 || terms.some(term => term !== 'c2p' && term !== 'p2c'))
    throw read.fault('pos_att_type', 'c2p, p2c or both')
  const given = read.value('max_relative_positions')
  const longest =
    typeof given === 'number' && given >= 1 ? read.size('max_relative_positions', 65_536) : positions
  const buckets = read.value('position_buckets')
  const hasBuckets = typeof buckets === 'number' && buckets > 0
  const norm = read.value('norm_rel_ebd') ?? 'none'
  if (norm !== 'none' && norm !== 'layer_norm') throw read.fault('norm_rel_ebd', 'none or layer_norm')
  return {
    span: hasBuckets ? read.size('position_buckets', 65_536) : longest,
    longest: hasBuckets ? longest : null,
    normalized: norm === 'layer_norm',
    ...{ query: terms.includes('c2p'), key: terms.includes('p2c') },
  }
}

function rotaryOf(read: ConfigReader, layers: number): RotarySettings {
  for (const name of ['norm_bias', 'attention_bias', 'mlp_bias'])
    if ((read.value(name) ?? false) !== false) throw read.fault(name, 'false')
  const kinds = read.value('layer_types')
  const every = read.size('global_attn_every_n_layers', 256, 3)
  const globalLayers = Array.isArray(kinds)
    ? kinds.map(kind => kind === 'full_attention')
    : Array.from({ length: layers }, (_, layer) => layer % every === 0)
  if (globalLayers.length !== layers) throw read.fault('layer_types', `a list of ${layers}`)
  const theta = (kind: string, name: string, otherwise: number) => {
    const all = read.value('rope_parameters')
    const own = isRecord(all) && isRecord(all[kind]) ? all[kind] : {}
    if ((own.rope_type ?? 'default') !== 'default') throw read.fault('rope_parameters', 'the default type')
    const value = own.rope_theta ?? read.value(name) ?? otherwise
    if (isWavelength(value)) return value
    throw read.fault(name, WAVELENGTH)
  }
  return {
    global: theta('full_attention', 'global_rope_theta', 160_000),
    local: theta('sliding_attention', 'local_rope_theta', 10_000),
    reach: Math.floor(read.size('local_attention', 65_536, 128) / 2),
    globalLayers,
  }
}

/**
 * Reads what `JSON.stringify` made of an architecture.
 * @throws ModelFileError for anything else
 */
export function parseArchitecture(value: unknown, where: string): EncoderArchitecture {
  if (isRecord(value) && value.family === 'onnx') return parseGraphArchitecture(value, where)
  const read = new ConfigReader(value, where)
  const family = FAMILIES.find(own => own === read.value('family'))
  if (!family) throw read.fault('family', FAMILIES.join(', '))
  const activation = Object.values(ACTIVATIONS).find(own => own === read.value('activation'))
  if (!activation) throw read.fault('activation', 'a known one')
  return checkArchitecture(
    {
      family,
      vocabulary: read.size('vocabulary', 4_000_000),
      embedding: read.size('embedding', 65_536),
      width: read.size('width', 65_536),
      layers: read.size('layers', 256),
      heads: read.size('heads', 256),
      feedForward: read.size('feedForward', 262_144),
      activation,
      epsilon: read.positive('epsilon'),
      positions: read.size('positions', 65_536),
      firstPosition: read.count('firstPosition'),
      types: read.count('types'),
      ...(read.value('distances') !== undefined && { distances: storedDistances(read, where) }),
      ...(read.value('rotary') !== undefined && { rotary: storedRotary(read, where) }),
    },
    where,
  )
}

function storedDistances(read: ConfigReader, where: string): DistanceSettings {
  const own = new ConfigReader(read.value('distances'), `${where}: distances`)
  return {
    span: own.size('span', 65_536),
    longest: own.value('longest') === null ? null : own.size('longest', 65_536),
    normalized: own.boolean('normalized'),
    ...{ query: own.boolean('query'), key: own.boolean('key') },
  }
}

function storedRotary(read: ConfigReader, where: string): RotarySettings {
  const own = new ConfigReader(read.value('rotary'), `${where}: rotary`)
  const globalLayers = own.value('globalLayers')
  if (!Array.isArray(globalLayers) || globalLayers.some(layer => typeof layer !== 'boolean'))
    throw own.fault('globalLayers', 'a list of true and false')
  const head = own.value('head')
  const activation = Object.values(ACTIVATIONS).find(known => known === head)
  if (head !== undefined && !activation) throw own.fault('head', 'a known activation')
  return {
    ...{ global: own.wavelength('global'), local: own.wavelength('local'), reach: own.size('reach', 65_536) },
    globalLayers,
    ...(activation && { head: activation }),
  }
}

function checkArchitecture(own: LayerArchitecture, where: string): LayerArchitecture {
  const fault = (expected: string, got: string) => new ModelFileError({ where, expected, got })
  if (own.width % own.heads !== 0)
    throw fault(`a width that ${own.heads} heads can share`, `${own.width} features`)
  const { distances, rotary } = own
  const isWhole =
    (own.family === 'deberta-v2') === (distances !== undefined) &&
    (own.family === 'modernbert') === (rotary !== undefined)
  if (!isWhole || (rotary && rotary.globalLayers.length !== own.layers))
    throw fault(`what ${own.family} has`, 'something else')
  if (rotary && (own.width / own.heads) % 2 !== 0)
    throw fault('heads of an even number of features', 'an odd one')
  if (own.positions < own.firstPosition + 4)
    throw fault('positions for at least four pieces', `${own.positions - own.firstPosition}`)
  return own
}

/** Whether the layers of a parsed `config.json` are among those that are built here. */
export function isKnownFamily(config: unknown): boolean {
  return isRecord(config) && FAMILIES.some(own => own === config.model_type)
}

/** The most pieces that are read at once where all attend to all: memory grows with the square. */
const MOST_PIECES = 2048

/** The most pieces, special ones included, that an encoder reads at once. */
export function longestSequence({ positions, firstPosition }: EncoderSize): number {
  return Math.min(MOST_PIECES, positions - firstPosition)
}

const WAVELENGTH = 'a number from 1 to 1e9'

function isWavelength(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 1e9
}

class ConfigReader {
  private readonly fields: Readonly<Record<string, unknown>>

  constructor(
    value: unknown,
    private readonly where: string,
  ) {
    if (!isRecord(value)) throw new ModelFileError({ where, expected: 'an object', got: typeof value })
    this.fields = value
  }

  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined
  }

  size(name: string, most: number, otherwise?: number): number {
    return this.number(
      name,
      `a whole number from 1 to ${most}`,
      otherwise,
      value => value >= 1 && value <= most,
    )
  }

  count(name: string, otherwise?: number): number {
    return this.number(name, 'a whole number from 0', otherwise, value => value >= 0 && value <= 4_000_000)
  }

  boolean(name: string): boolean {
    const value = this.value(name)
    if (typeof value === 'boolean') return value
    throw this.fault(name, 'true or false')
  }

  wavelength(name: string): number {
    const value = this.value(name)
    if (isWavelength(value)) return value
    throw this.fault(name, WAVELENGTH)
  }

  positive(name: string, otherwise?: number): number {
    const value = this.value(name) ?? otherwise
    if (typeof value === 'number' && value > 0 && value <= 1) return value
    throw this.fault(name, 'a number above 0, at most 1')
  }

  fault(name: string, expected: string, remedy?: string): ModelFileError {
    const shown = JSON.stringify(this.value(name)) ?? 'nothing'
    const got = shown.length > 60 ? `${shown.slice(0, 57)}…` : shown
    return new ModelFileError({ where: `${this.where}: ${name}`, expected, got, ...(remedy && { remedy }) })
  }

  private number(
    name: string,
    expected: string,
    otherwise: number | undefined,
    isValid: (value: number) => boolean,
  ): number {
    const value = this.value(name) ?? otherwise
    if (Number.isSafeInteger(value) && isValid(value as number)) return value as number
    throw this.fault(name, expected)
  }
}
