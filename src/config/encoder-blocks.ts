/**
 * The blocks that an encoder is made of: for every kind its settings, their checks and their defaults. A new kind is
 * one entry in each of the two tables here, and one in `model/encoders/create-encoder.ts`.
 */
import * as v from 'valibot'
import { dropProbability, featureCount, positiveInteger } from './numbers.js'

const layers = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))

/** How a block that sees all tokens at once is told where each stands. */
const positions = {
  /** `rotary` turns queries and keys; the others are added to what the block reads. */
  positions: v.picklist(['none', 'sinusoidal', 'learned', 'rotary']),
  /** Rows of the table of learned positions. Tokens beyond it take its last row; tagging reads windows instead. */
  maxTime: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)),
}

interface Headed {
  readonly heads: number
  readonly positions: string
}

/** What the features of all heads together are a multiple of: rotary positions turn them in pairs. */
function headsUnit({ positions, heads }: Headed): number {
  return positions === 'rotary' ? 2 * heads : heads
}

function isDealtOut(features: number, block: Headed): boolean {
  return features % headsUnit(block) === 0
}

function multipleOfHeads(block: Headed): string {
  const unit = headsUnit(block)
  return block.positions === 'rotary'
    ? `a multiple of ${unit}, twice the number of heads, for rotary positions`
    : `a multiple of ${unit}, the number of heads`
}

const recurrent = {
  /** Units a direction. */
  hidden: featureCount,
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
  cnn: v.strictObject({
    kind: v.literal('cnn'),
    /** Features of each layer's output. */
    filters: featureCount,
    /** Tokens that a filter sees. */
    width: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99)),
    layers,
    /** Distance between those tokens, of each layer in turn; the list begins again where there are more layers. */
    dilations: v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096))),
      v.minLength(1),
    ),
    /** Whether a layer adds to what it reads, where both are equally wide. */
    residual: v.boolean(),
    /** On what each layer makes. */
    dropout: dropProbability,
  }),
  attention: v.pipe(
    v.strictObject({
      kind: v.literal('attention'),
      /** How a query and a key are compared. */
      score: v.picklist(['dot', 'scaled-dot', 'bahdanau', 'multi-head']),
      /** Of `multi-head`. */
      heads: featureCount,
      /** Features of all heads together, or units that `bahdanau` compares in. */
      dim: featureCount,
      /** What becomes of the states that are attended to. */
      combine: v.picklist(['residual', 'concatenate', 'replace']),
      ...positions,
      /** On the weights, and on what attention takes. */
      dropout: dropProbability,
    }),
    v.forward(
      v.check(
        ({ score, positions }) => positions !== 'rotary' || score === 'multi-head',
        'one of none, sinusoidal, learned, as rotary goes with score "multi-head" only',
      ),
      ['positions'],
    ),
    v.forward(
      v.check(
        block => block.score !== 'multi-head' || isDealtOut(block.dim, block),
        ({ input }) => multipleOfHeads(input),
      ),
      ['dim'],
    ),
  ),
  transformer: v.pipe(
    v.strictObject({
      kind: v.literal('transformer'),
      /** Features of a token throughout; what is read is projected to it where it differs. */
      width: featureCount,
      layers,
      heads: featureCount,
      /** Features in the middle of the feed-forward part. */
      feedForward: featureCount,
      activation: v.picklist(['relu', 'gelu']),
      /** Whether a branch normalizes what it reads, or the sum with what it adds. */
      norm: v.picklist(['pre', 'post']),
      ...positions,
      /** On attention's weights, on the feed-forward part's middle, on what each adds, and on the output. */
      dropout: dropProbability,
    }),
    v.forward(
      v.check(
        block => isDealtOut(block.width, block),
        ({ input }) => multipleOfHeads(input),
      ),
      ['width'],
    ),
  ),
  reformer: v.pipe(
    v.strictObject({
      kind: v.literal('reformer'),
      /** Features of each of the two streams; the output has twice as many. */
      width: featureCount,
      layers,
      heads: featureCount,
      /** Features in the middle of the feed-forward part. */
      feedForward: featureCount,
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
      /** Whether the shipped graph also answers the weights of all pairs of tokens, in each layer. */
      attentionWeights: v.boolean(),
      /** On what each half of a layer adds, one mask a sentence; and on the output. */
      dropout: dropProbability,
    }),
    v.forward(
      v.check(
        block => isDealtOut(block.width, block),
        ({ input }) => multipleOfHeads(input),
      ),
      ['width'],
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
  cnn: {
    kind: 'cnn',
    filters: 200,
    width: 3,
    layers: 3,
    dilations: [1, 2, 1],
    residual: true,
    dropout: 0.3,
  },
  attention: {
    kind: 'attention',
    score: 'scaled-dot',
    heads: 8,
    dim: 128,
    combine: 'residual',
    positions: 'none',
    maxTime: 512,
    dropout: 0.2,
  },
  transformer: {
    kind: 'transformer',
    width: 128,
    layers: 2,
    heads: 4,
    feedForward: 256,
    activation: 'gelu',
    norm: 'pre',
    positions: 'rotary',
    maxTime: 512,
    dropout: 0.2,
  },
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
    attentionWeights: false,
    dropout: 0.2,
  },
}

export const ENCODER_KINDS = Object.keys(ENCODER_BLOCK_SCHEMAS) as readonly EncoderKind[]

export function isEncoderKind(value: unknown): value is EncoderKind {
  return typeof value === 'string' && Object.hasOwn(ENCODER_BLOCK_SCHEMAS, value)
}
