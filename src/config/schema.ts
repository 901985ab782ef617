/** The configuration: every setting with its check and its default. docs/configuration.md says what each one does. */
import * as v from 'valibot'
import { FORMATS } from '../base/format-names.js'
import { recordOf } from '../base/record-schema.js'
import { encoderBlockSchema } from './encoder-blocks.js'
import { bootstrapSchema, crfTrainingSchema, featuresSchema, hmmSchema } from './feature-settings.js'
import { inputSchema } from './input-settings.js'
import { dropProbability, notNegative, path, positive } from './numbers.js'
import { pretrainedSchema } from './pretrained-settings.js'
import { kind, optionalSection, section } from './sections.js'
import { trainingSchema } from './training-settings.js'

const column = v.union([v.string(), v.pipe(v.number(), v.integer())], "a column's header or number")
const file = v.optional(v.nullable(path), null)

const format = v.picklist(['auto', ...FORMATS])
const encoding = v.picklist(['auto', 'utf-8', 'latin1', 'windows-1252'])
const unit = v.picklist(['auto', 'utf16', 'codepoint', 'byte'])
const HASH = '64 hexadecimal digits in lower case, or null'
const typeName = v.pipe(v.string(), v.minLength(1), v.maxLength(1000))
const tagNames = v.pipe(v.array(typeName), v.maxLength(10_000))

/** How files of a corpus are read. */
const reading = {
  format: v.optional(format, 'auto'),
  encoding: v.optional(encoding, 'auto'),
  tokenColumn: v.optional(v.nullable(column), null),
  tagColumn: v.optional(v.nullable(column), null),
  offsets: v.optional(unit, 'auto'),
  labels: v.optional(v.nullable(tagNames), null),
}

/** A corpus to learn from. What is `null` is as the section says. */
const trainingCorpusSchema = v.strictObject({
  file: path,
  format: v.optional(v.nullable(format), null),
  encoding: v.optional(v.nullable(encoding), null),
  tokenColumn: v.optional(v.nullable(column), null),
  tagColumn: v.optional(v.nullable(column), null),
  offsets: v.optional(v.nullable(unit), null),
  labels: v.optional(v.nullable(tagNames), null),
  /** The model's types that it marks wherever they occur; `null`: all, or of several corpora those that occur in it. */
  types: v.optional(v.nullable(v.pipe(v.array(typeName), v.maxLength(1000))), null),
  /** What its types stand for: types of the model, or `O`. */
  map: v.optional(v.pipe(recordOf(v.pipe(v.array(typeName), v.maxLength(1000))), v.maxEntries(1000)), {}),
  /** How often each of its sentences comes in an epoch, on average. */
  weight: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1000)), 1),
})

const corpusSchema = section({
  train: v.optional(v.pipe(v.array(trainingCorpusSchema), v.maxLength(64)), []),
  dev: file,
  test: file,
  ...reading,
  tokens: v.optional(v.picklist(['given', 'own']), 'given'),
})

/** The trained model that training starts from. */
const fromSchema = optionalSection({
  model: path,
  /** Whether its types stay where the corpora do not mark them. */
  keepTypes: v.optional(v.boolean(), false),
  /** SHA-256 of its parameters; `null` becomes the model's when training starts. */
  sha256: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, HASH))), null),
})

const tagsSchema = section({
  scheme: v.optional(v.picklist(['IO', 'IOB1', 'BIO', 'IOBES', 'BILOU']), 'IOBES'),
  /** What each type is in a view with fewer types; training does not look at it. */
  coarse: v.optional(v.nullable(v.pipe(v.record(typeName, typeName), v.maxEntries(1000))), null),
})

const textSchema = section({
  /** How scripts without spaces are cut; `auto` becomes one of the others when training starts. */
  segmentation: v.optional(v.picklist(['auto', 'characters', 'words']), 'auto'),
})

const anyDecoder = { constrained: v.optional(v.boolean(), true) }

const classWeights = v.union(
  [v.picklist(['none', 'balanced', 'sqrt-balanced']), v.pipe(recordOf(positive), v.maxEntries(10_000))],
  'none, balanced, sqrt-balanced, or an object of weights by tag or type, such as {"O": 0.5}',
)

const decoderSchema = v.variant('kind', [
  kind('crf', anyDecoder),
  /** Its loss is a sum over tokens, so that tokens can be weighted. */
  kind('softmax', {
    ...anyDecoder,
    classWeights: v.optional(classWeights, 'none'),
    focalGamma: v.optional(notNegative, 0),
    /** Share of the gold tag's weight that is spread over all tags: [0, 1). */
    labelSmoothing: v.optional(dropProbability, 0),
  }),
])

/** What every kind of recognizer that learns from corpora has. */
const learned = { corpus: corpusSchema, text: textSchema, tags: tagsSchema }

const neuralSchema = v.strictObject({
  recognizer: v.literal('neural'),
  from: fromSchema,
  ...learned,
  pretrained: pretrainedSchema,
  input: inputSchema,
  /** Blocks, first to last: each reads the output of the one before. */
  encoder: v.optional(v.pipe(v.array(encoderBlockSchema), v.maxLength(32)), [{ kind: 'bilstm' }]),
  decoder: v.optional(decoderSchema, { kind: 'crf' }),
  training: trainingSchema,
})

const crfSchema = v.strictObject({
  recognizer: v.literal('crf'),
  ...learned,
  features: featuresSchema,
  decoding: section(anyDecoder),
  training: crfTrainingSchema,
})

const hmmRecognizerSchema = v.strictObject({
  recognizer: v.literal('hmm'),
  ...learned,
  hmm: hmmSchema,
  decoding: section(anyDecoder),
})

const bootstrapRecognizerSchema = v.strictObject({
  recognizer: v.literal('bootstrap'),
  ...learned,
  bootstrap: bootstrapSchema,
  decoding: section(anyDecoder),
})

/** The kinds of recognizers, each with the settings that mean something for it: a new kind is one entry. */
export const configSchema = v.optional(
  v.variant('recognizer', [neuralSchema, crfSchema, hmmRecognizerSchema, bootstrapRecognizerSchema]),
  {
    recognizer: 'neural',
  },
)

/** What a configuration consists of: `corpus`, `decoder` … */
export const SECTION_NAMES: readonly string[] = [
  ...new Set(configSchema.wrapped.options.flatMap(({ entries }) => Object.keys(entries))),
]

/** One corpus to train on, marked throughout: what a plain path in `corpus.train` stands for. */
export function plainCorpus(file: string): TrainingCorpusConfig {
  return v.parse(trainingCorpusSchema, { file })
}

/** A complete, checked configuration of any kind of recognizer: plain data with every value present. */
export type AnyConfig = v.InferOutput<typeof configSchema>
export type RecognizerKind = AnyConfig['recognizer']
/** The configuration of one kind of recognizer. */
export type ConfigOf<Kind extends RecognizerKind> = Extract<AnyConfig, { readonly recognizer: Kind }>
/** The configuration of a neural tagger. */
export type Config = ConfigOf<'neural'>
export type InputConfig = Config['input']
export type DecoderConfig = Config['decoder']
export type PretrainedConfig = NonNullable<Config['pretrained']>
export type TrainingConfig = Config['training']
export type CorpusConfig = Config['corpus']
export type TrainingCorpusConfig = CorpusConfig['train'][number]

/**
 * What a config file or a preset of a neural tagger may say: every setting is optional, except the one without a default in a list's item
 * (`kind`, `file`, `column`). Its value alone stands for the whole section: `"softmax"` for `{"kind": "softmax"}`. A path
 * stands for a list with one file.
 */
export type PartialConfig = GivenParts<v.InferInput<typeof neuralSchema>>
/** As `PartialConfig`, of any kind of recognizer. */
export type PartialAnyConfig = GivenParts<NonNullable<v.InferInput<typeof configSchema>>>
type GivenParts<T> = { readonly [K in keyof T]?: Given<T[K]> }
type Given<T> = T extends readonly (infer Item)[]
  ? readonly GivenItem<Item>[] | (Item extends { readonly file: string } ? string | null : never)
  : T extends object
    ? Lead<T> | GivenParts<T>
    : T
type GivenItem<Item> = Item extends object
  ? Lead<Item> | (GivenParts<Item> & Pick<Item, Required<Item>>)
  : Item
/** What stands for a section: the value of its only setting without a default. */
type Lead<T> = [Required<T>] extends [never] ? never : T[Required<T>]
type Required<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T]

/** The names of the recipes; `nerite init --help` says what each one is. */
export type PresetName =
  | 'bilstm-crf'
  | 'char-cnn-bilstm-crf'
  | 'bilstm'
  | 'gru-crf'
  | 'cnn-crf'
  | 'bilstm-attention'
  | 'bilstm-bahdanau'
  | 'multi-head-attention'
  | 'transformer'
  | 'reformer'
  | 'char-lstm'
  | 'bilstm-classic'
  | 'bilstm-attention-classic'
  | 'bilstm-bahdanau-classic'
  | 'bilstm-crf-classic'
  | 'gru-crf-classic'
  | 'char-cnn-bilstm-crf-classic'
  | 'cnn-crf-classic'
  | 'multi-head-attention-classic'
  | 'transformer-classic'
  | 'reformer-classic'
  | 'char-lstm-classic'
  | 'encoder-softmax'
  | 'encoder-crf'
  | 'encoder-crf-document'
  | 'crf'
  | 'crf-wide'
  | 'hmm'
  | 'bootstrap'

/** What a config file holds: settings, and the preset that they are set on top of. */
export type ConfigFile = PartialConfig & { readonly preset?: PresetName; readonly $schema?: string }

/** A named recipe: what it is, and what it sets on top of the defaults. */
export interface Preset {
  readonly name: PresetName
  readonly summary: string
  readonly config: PartialAnyConfig
}
