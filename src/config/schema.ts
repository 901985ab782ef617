import * as v from 'valibot'
import { ENCODER_BLOCK_SCHEMAS, type EncoderBlockConfig, type EncoderKind } from './encoder-blocks.js'
import {
  count,
  dropProbability,
  featureCount,
  notNegative,
  optionalFeatureCount,
  positive,
  positiveInteger,
} from './numbers.js'

const path = v.pipe(v.string(), v.minLength(1))
const column = v.union([v.string(), v.pipe(v.number(), v.integer())], "a column's header or number")
const COLUMN = "a column's header, or its number from 1"

export const corpusSchema = v.strictObject({
  train: v.nullable(path),
  dev: v.nullable(path),
  test: v.nullable(path),
  format: v.picklist(['auto', 'conll', 'csv', 'jsonl', 'markup']),
  encoding: v.picklist(['auto', 'utf-8', 'latin1', 'windows-1252']),
  tokenColumn: v.nullable(column),
  tagColumn: v.nullable(column),
})

export const tagsSchema = v.strictObject({
  scheme: v.picklist(['IO', 'IOB1', 'BIO', 'IOBES', 'BILOU']),
})

export const wordInputSchema = v.strictObject({
  dim: featureCount,
  minCount: positiveInteger,
  lowercase: v.boolean(),
  digitsToZero: v.boolean(),
  normalize: v.picklist(['none', 'tweets']),
  /** Whether unknown words are looked up in the forms that vectors are. */
  fallback: v.boolean(),
  vectors: v.nullable(path),
  vectorLimit: v.nullable(positiveInteger),
  fineTune: v.boolean(),
  dropout: dropProbability,
})

/** What holds for an item of `input.columns`, and of `input.gazetteers`, where nothing else is said. */
export const COLUMN_DEFAULTS = { dim: 20 } as const
export const GAZETTEER_DEFAULTS = { ignoreCase: false, dim: 8 } as const

export const inputSchema = v.strictObject({
  unit: v.picklist(['word', 'character', 'piece']),
  pieces: v.strictObject({ size: positiveInteger }),
  words: wordInputSchema,
  shape: v.strictObject({ dim: optionalFeatureCount }),
  casing: v.strictObject({ dim: optionalFeatureCount }),
  affixes: v.strictObject({
    dim: optionalFeatureCount,
    lengths: v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8))),
  }),
  columns: v.array(
    v.strictObject({
      column: v.pipe(
        v.union([v.string(), v.number()], COLUMN),
        // Digits as text are a number, as readers of corpora have it (`--tag-column 2`).
        v.transform(name => (typeof name === 'string' && /^-?\d+$/.test(name) ? Number(name) : name)),
        v.check(
          name => (typeof name === 'string' ? name !== '' : Number.isInteger(name) && name >= 1),
          COLUMN,
        ),
      ),
      dim: v.optional(featureCount, COLUMN_DEFAULTS.dim),
    }),
  ),
  gazetteers: v.array(
    v.strictObject({
      file: path,
      name: v.optional(path),
      encoding: v.optional(v.picklist(['utf-8', 'latin1', 'windows-1252'])),
      ignoreCase: v.optional(v.boolean(), GAZETTEER_DEFAULTS.ignoreCase),
      dim: v.optional(featureCount, GAZETTEER_DEFAULTS.dim),
    }),
  ),
  charCnn: v.strictObject({ dim: featureCount, filters: optionalFeatureCount, width: v.picklist([3]) }),
  charLstm: v.strictObject({ dim: featureCount, hidden: optionalFeatureCount }),
  dropout: dropProbability,
})

/** Blocks, first to last: each reads what the one before gives. */
export const encoderSchema = v.pipe(
  v.array(v.variant('kind', Object.values(ENCODER_BLOCK_SCHEMAS) as unknown as BlockSchemas)),
  v.minLength(1),
)
type BlockSchemas = [
  (typeof ENCODER_BLOCK_SCHEMAS)[EncoderKind],
  ...(typeof ENCODER_BLOCK_SCHEMAS)[EncoderKind][],
]

export const decoderSchema = v.strictObject({
  kind: v.picklist(['softmax', 'crf']),
  constrained: v.boolean(),
  classWeights: v.union(
    [v.picklist(['none', 'balanced', 'sqrt-balanced']), v.record(v.string(), positive)],
    'none, balanced, sqrt-balanced, or an object of weights by tag or type, such as {"O": 0.5}',
  ),
  focalGamma: notNegative,
  /** Share of the gold tag's weight that goes to all tags alike: [0, 1). */
  labelSmoothing: dropProbability,
})

export const optimizerSchema = v.strictObject({
  kind: v.picklist(['adam', 'adamw', 'sgd', 'rmsprop']),
  beta1: dropProbability,
  beta2: dropProbability,
  epsilon: positive,
  momentum: dropProbability,
  /** Of RMSprop: decay of the running mean of squared gradients. */
  smoothing: dropProbability,
  nesterov: v.boolean(),
  weightDecay: notNegative,
  rowUpdates: v.picklist(['auto', 'dense', 'lazy']),
})

export const scheduleSchema = v.strictObject({
  kind: v.picklist([
    'constant',
    'step',
    'sqrt2-per-epoch',
    'inverse-time',
    'exponential',
    'linear-warmup',
    'one-cycle',
    'plateau',
  ]),
  decay: notNegative,
  warmupSteps: count,
  every: positiveInteger,
  factor: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  patience: count,
})

export const samplingSchema = v.strictObject({
  kind: v.picklist(['none', 'oversample', 'undersample']),
  threshold: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  maxRepeat: v.pipe(v.number(), v.minValue(1), v.maxValue(100)),
  keepEmpty: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Share of sentences above which sentences with no rarer type are thinned. */
  thinAbove: v.nullable(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
})

export const trainingSchema = v.strictObject({
  epochs: positiveInteger,
  /** Updates in all, after which training ends, in the middle of an epoch if need be. */
  maxSteps: v.nullable(positiveInteger),
  /** Minutes in all, evaluations and what was before a resumption included. */
  maxMinutes: v.nullable(positive),
  batchSize: positiveInteger,
  learningRate: positive,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  sampling: samplingSchema,
  accumulate: positiveInteger,
  averaging: v.strictObject({ kind: v.picklist(['none', 'ema', 'swa']), decay: dropProbability }),
  clipNorm: v.nullable(positive),
  patience: v.nullable(positiveInteger),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4294967295)),
  threads: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
  checkpointMinutes: positive,
})

export const configSchema = v.strictObject({
  corpus: corpusSchema,
  tags: tagsSchema,
  input: inputSchema,
  encoder: encoderSchema,
  decoder: decoderSchema,
  training: trainingSchema,
})

/** A whole, checked configuration: plain data, every value present. docs/configuration.md says what each one does. */
export type Config = v.InferOutput<typeof configSchema>
export type InputConfig = Config['input']
export type EncoderConfig = Config['encoder']
export type DecoderConfig = Config['decoder']
export type TrainingConfig = Config['training']
export type CorpusConfig = Config['corpus']

/** Every part optional, to any depth: what a config file and a preset may say. Of a list's items all but `kind`. */
export type PartialConfig = DeepPartial<Config>
type DeepPartial<T> = T extends readonly (infer Item)[]
  ? readonly (Item extends EncoderBlockConfig ? Pick<Item, 'kind'> & Partial<Item> : Item)[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T
