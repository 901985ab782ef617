/**
 * The blocks that an encoder is made of: for every kind its settings, their checks and their defaults. A new kind is
 * one entry in each of the two tables here, and one in `model/encoders/create-encoder.ts`.
 */
import * as v from 'valibot'
import { dropProbability, positiveInteger } from './numbers.js'

const layers = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))

const recurrent = {
  /** Units a direction. */
  hidden: positiveInteger,
  layers,
  /** On each layer's output. */
  dropout: dropProbability,
  /** One dropout mask a sentence instead of one a token. */
  variational: v.boolean(),
}

export const ENCODER_BLOCK_SCHEMAS = {
  lstm: v.strictObject({ kind: v.literal('lstm'), ...recurrent }),
  bilstm: v.strictObject({ kind: v.literal('bilstm'), ...recurrent }),
  gru: v.strictObject({ kind: v.literal('gru'), ...recurrent }),
  bigru: v.strictObject({ kind: v.literal('bigru'), ...recurrent }),
  reformer: v.pipe(
    v.strictObject({
      kind: v.literal('reformer'),
      /** Features of each of the two streams; the output has twice as many. */
      width: positiveInteger,
      layers,
      heads: positiveInteger,
      /** Features in the middle of the feed-forward part. */
      feedForward: positiveInteger,
      /** Tokens that the feed-forward part works on at once. */
      feedForwardChunk: positiveInteger,
      /** Sorted tokens a chunk; a sentence that fits one attends to all of itself. */
      chunk: positiveInteger,
      /** Most hash buckets; a sentence has two a chunk. */
      buckets: v.pipe(v.number(), v.integer(), v.minValue(2), v.multipleOf(2)),
      /** How often queries are hashed. */
      rounds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)),
      /** Chunks before and after its own that a token attends to. */
      lookBack: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8)),
      lookAhead: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8)),
      positions: v.picklist(['rotary', 'none']),
      /** On what each half of a layer adds, one mask a sentence; and on the output. */
      dropout: dropProbability,
    }),
    v.check(
      ({ width, heads, positions }) => width % (positions === 'rotary' ? 2 * heads : heads) === 0,
      'a width that is a multiple of heads, of twice as many with rotary positions',
    ),
  ),
}

export type EncoderKind = keyof typeof ENCODER_BLOCK_SCHEMAS
/** The settings of one kind of block, every value present. */
export type EncoderBlockConfig<Kind extends EncoderKind = EncoderKind> = {
  [K in Kind]: v.InferOutput<(typeof ENCODER_BLOCK_SCHEMAS)[K]>
}[Kind]

const RECURRENT = { hidden: 200, layers: 1, dropout: 0.5, variational: false } as const

/** What holds for a block where nothing else is said. */
export const ENCODER_BLOCK_DEFAULTS: { readonly [K in EncoderKind]: EncoderBlockConfig<K> } = {
  lstm: { kind: 'lstm', ...RECURRENT },
  bilstm: { kind: 'bilstm', ...RECURRENT },
  gru: { kind: 'gru', ...RECURRENT },
  bigru: { kind: 'bigru', ...RECURRENT },
  reformer: {
    kind: 'reformer',
    width: 128,
    layers: 3,
    heads: 4,
    feedForward: 256,
    feedForwardChunk: 1024,
    chunk: 64,
    buckets: 64,
    rounds: 2,
    lookBack: 1,
    lookAhead: 0,
    positions: 'rotary',
    dropout: 0.2,
  },
}

export const ENCODER_KINDS = Object.keys(ENCODER_BLOCK_SCHEMAS) as readonly EncoderKind[]

export function isEncoderKind(value: unknown): value is EncoderKind {
  return typeof value === 'string' && Object.hasOwn(ENCODER_BLOCK_SCHEMAS, value)
}
