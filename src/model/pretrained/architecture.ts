/** What a pretrained encoder is, as its `config.json` says. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import type { Activation } from '../../engine/layers/feed-forward.js'

/** Families whose layers are BERT's (Devlin et al. 2019); they differ in names and positions. */
const FAMILIES = ['bert', 'distilbert', 'roberta', 'xlm-roberta', 'electra'] as const

export type EncoderFamily = (typeof FAMILIES)[number]

/** The sizes of an encoder. Plain data, which a run keeps in its `vocab.json`. */
export interface EncoderArchitecture {
  readonly family: EncoderFamily
  /** Rows of the table of pieces. */
  readonly vocabulary: number
  /** Features of a piece's embedding; where they are not `width`, they are projected to it. */
  readonly embedding: number
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly feedForward: number
  readonly activation: Activation
  /** Of the layer normalizations. */
  readonly epsilon: number
  /** Rows of the table of positions, and the row of the first piece. */
  readonly positions: number
  readonly firstPosition: number
  /** Rows of the table of segments, of which the first is used; 0 for none. */
  readonly types: number
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

/**
 * Reads a parsed `config.json` of Hugging Face's `transformers`.
 * @param where what to call the file in messages
 * @throws ModelFileError for an architecture or a variant that is not known, and for sizes that do not fit one another
 */
export function parseEncoderConfig(config: unknown, where: string): EncoderArchitecture {
  const read = new ConfigReader(config, where)
  const family = FAMILIES.find(own => own === read.value('model_type'))
  if (!family)
    throw read.fault('model_type', FAMILIES.join(', '), 'convert the encoder to one of these architectures')
  const at = (name: keyof typeof NAMES) => NAMES[name][family === 'distilbert' ? 1 : 0]
  const positionKind = read.value('position_embedding_type') ?? 'absolute'
  if (positionKind !== 'absolute') throw read.fault('position_embedding_type', '"absolute"')
  if (read.value('is_decoder') === true) throw read.fault('is_decoder', 'false: an encoder')
  const activation = read.value(at('activation')) ?? 'gelu'
  if (typeof activation !== 'string' || !Object.hasOwn(ACTIVATIONS, activation))
    throw read.fault(at('activation'), Object.keys(ACTIVATIONS).join(', '))
  const width = read.size(at('width'), 65_536)
  const isRoberta = family === 'roberta' || family === 'xlm-roberta'
  return checkArchitecture(
    {
      family,
      vocabulary: read.size('vocab_size', 4_000_000),
      embedding: family === 'electra' ? read.size('embedding_size', 65_536, width) : width,
      width,
      layers: read.size(at('layers'), 256),
      heads: read.size(at('heads'), 256),
      feedForward: read.size(at('feedForward'), 262_144),
      activation: ACTIVATIONS[activation],
      epsilon: family === 'distilbert' ? 1e-12 : read.positive('layer_norm_eps', 1e-12),
      positions: read.size('max_position_embeddings', 65_536),
      firstPosition: isRoberta ? read.count('pad_token_id', 1) + 1 : 0,
      types: family === 'distilbert' ? 0 : read.count('type_vocab_size', 2),
    },
    where,
  )
}

/**
 * Reads what `JSON.stringify` made of an architecture.
 * @throws ModelFileError for anything else
 */
export function parseArchitecture(value: unknown, where: string): EncoderArchitecture {
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
    },
    where,
  )
}

function checkArchitecture(own: EncoderArchitecture, where: string): EncoderArchitecture {
  const fault = (expected: string, got: string) => new ModelFileError({ where, expected, got })
  if (own.width % own.heads !== 0)
    throw fault(`a width that ${own.heads} heads can share`, `${own.width} features`)
  if (own.positions < own.firstPosition + 4)
    throw fault('positions for at least four pieces', `${own.positions - own.firstPosition}`)
  return own
}

/** The most pieces, special ones included, that an encoder reads at once. */
export function longestSequence({ positions, firstPosition }: EncoderArchitecture): number {
  return positions - firstPosition
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
