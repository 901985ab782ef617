/** The configuration: every setting with its check and its default. docs/configuration.md says what each one does. */
import * as v from 'valibot'
import { encoderBlockSchema } from './encoder-blocks.js'
import { inputSchema } from './input-settings.js'
import { dropProbability, notNegative, path, positive } from './numbers.js'
import { kind, section } from './sections.js'
import { trainingSchema } from './training-settings.js'

const column = v.union([v.string(), v.pipe(v.number(), v.integer())], "a column's header or number")
const file = v.optional(v.nullable(path), null)

const corpusSchema = section({
  train: file,
  dev: file,
  test: file,
  format: v.optional(v.picklist(['auto', 'conll', 'csv', 'jsonl', 'markup']), 'auto'),
  encoding: v.optional(v.picklist(['auto', 'utf-8', 'latin1', 'windows-1252']), 'auto'),
  tokenColumn: v.optional(v.nullable(column), null),
  tagColumn: v.optional(v.nullable(column), null),
  tokens: v.optional(v.picklist(['given', 'own']), 'given'),
})

const tagsSchema = section({
  scheme: v.optional(v.picklist(['IO', 'IOB1', 'BIO', 'IOBES', 'BILOU']), 'IOBES'),
})

const textSchema = section({
  /** How scripts without spaces are cut; `auto` becomes one of the others when training starts. */
  segmentation: v.optional(v.picklist(['auto', 'characters', 'words']), 'auto'),
})

const anyDecoder = { constrained: v.optional(v.boolean(), true) }

const classWeights = v.union(
  [
    v.picklist(['none', 'balanced', 'sqrt-balanced']),
    v.pipe(v.record(v.string(), positive), v.maxEntries(10_000)),
  ],
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

export const configSchema = v.strictObject({
  corpus: corpusSchema,
  text: textSchema,
  tags: tagsSchema,
  input: inputSchema,
  /** Blocks, first to last: each reads the output of the one before. */
  encoder: v.optional(v.pipe(v.array(encoderBlockSchema), v.minLength(1), v.maxLength(32)), [
    { kind: 'bilstm' },
  ]),
  decoder: v.optional(decoderSchema, { kind: 'crf' }),
  training: trainingSchema,
})

/** What a configuration consists of: `corpus`, `decoder` … */
export const SECTION_NAMES: readonly string[] = Object.keys(configSchema.entries)

/** A complete, checked configuration: plain data with every value present. */
export type Config = v.InferOutput<typeof configSchema>
export type InputConfig = Config['input']
export type DecoderConfig = Config['decoder']
export type TrainingConfig = Config['training']
export type CorpusConfig = Config['corpus']

/**
 * What a config file or a preset may say: every setting is optional, except the `kind` of a list's item. Text stands
 * for a section's most important setting: `"softmax"` for `{"kind": "softmax"}`.
 */
export type PartialConfig = Given<Config>
type Given<T> = T extends readonly (infer Item)[]
  ? readonly (Item extends { readonly kind: string } ? GivenParts<Item> & Pick<Item, 'kind'> : Given<Item>)[]
  : T extends { readonly kind: infer Kind }
    ? Kind | GivenParts<T>
    : T extends { readonly file: string; readonly fineTune: boolean }
      ? string | GivenParts<T>
      : T extends object
        ? GivenParts<T>
        : T
type GivenParts<T> = { readonly [K in keyof T]?: Given<T[K]> }

/** A named recipe: what it is, and what it sets on top of the defaults. */
export interface Preset {
  readonly name: string
  readonly summary: string
  readonly config: PartialConfig
}
