/**
 * The blocks that an encoder is made of: for each kind its settings with their checks and defaults. A new kind is one
 * entry here and one in `model/encoders/create-encoder.ts`.
 */
import * as v from 'valibot'
import { dropProbability, featureCount, integerBetween } from './numbers.js'
import { consistent, kind, type Mismatch } from './sections.js'

const layers = integerBetween(1, 64)
const heads = integerBetween(1, 256)
const tokens = integerBetween(1, 65_536)

/** How a block that sees all tokens at once knows where each one is. */
const positions = v.variant('kind', [
  kind('none', {}),
  /** `sinusoidal` and `learned` are added to what the block reads. */
  kind('sinusoidal', {}),
  /** Training gives all tokens beyond `maxTime` the last position; tagging reads longer sentences in windows. */
  kind('learned', { maxTime: v.optional(tokens, 512) }),
  /** Turns queries and keys. */
  kind('rotary', {}),
])

/** How attention compares a query with a key. */
const score = v.variant('kind', [
  kind('dot', {}),
  kind('scaled-dot', {}),
  /** `dim`: units of the layer that compares. */
  kind('bahdanau', { dim: v.optional(featureCount, 128) }),
  /** `dim`: features of all heads together. */
  kind('multi-head', { heads: v.optional(heads, 8), dim: v.optional(featureCount, 128) }),
])

/** Heads share a layer's features evenly, in pairs where rotary positions turn them. */
function headsMismatch(
  at: readonly string[],
  features: number,
  heads: number,
  positions: { readonly kind: string },
): Mismatch | undefined {
  const isRotary = positions.kind === 'rotary'
  const unit = isRotary ? 2 * heads : heads
  if (features % unit === 0) return undefined
  const reason = isRotary ? 'twice the number of heads, for rotary positions' : 'the number of heads'
  return [at, `a multiple of ${unit}, ${reason}`]
}

const recurrent = {
  /** Units in each direction. */
  hidden: v.optional(featureCount, 200),
  layers: v.optional(layers, 1),
  /** On each layer's output. */
  dropout: v.optional(dropProbability, 0.5),
  /** One dropout mask per sentence instead of one per token. */
  variational: v.optional(v.boolean(), false),
}

const cnn = kind('cnn', {
  /** Features of each layer's output. */
  filters: v.optional(featureCount, 200),
  /** Tokens that a filter sees. */
  width: v.optional(integerBetween(1, 99), 3),
  layers: v.optional(layers, 3),
  /** Distance between those tokens, one per layer; the list starts again where there are more layers. */
  dilations: v.optional(v.pipe(v.array(integerBetween(1, 4096)), v.minLength(1), v.maxLength(64)), [1, 2, 1]),
  /** Whether a layer adds its output to its input, where both are equally wide. */
  residual: v.optional(v.boolean(), true),
  /** On each layer's output. */
  dropout: v.optional(dropProbability, 0.3),
})

const attention = v.pipe(
  kind('attention', {
    score: v.optional(score, { kind: 'scaled-dot' }),
    /** How the result is combined with the states that attention reads. */
    combine: v.optional(v.picklist(['residual', 'concatenate', 'replace']), 'residual'),
    positions: v.optional(positions, { kind: 'none' }),
    /** On the attention weights, and on the result. */
    dropout: v.optional(dropProbability, 0.2),
  }),
  consistent(({ score, positions }) => {
    if (score.kind === 'multi-head') return headsMismatch(['score', 'dim'], score.dim, score.heads, positions)
    if (positions.kind !== 'rotary') return undefined
    return [
      ['positions', 'kind'],
      'one of none, sinusoidal, learned (rotary positions need score.kind "multi-head")',
    ]
  }),
)

const transformer = v.pipe(
  kind('transformer', {
    /** Features of a token throughout; the input is projected to it where it differs. */
    width: v.optional(featureCount, 128),
    layers: v.optional(layers, 2),
    heads: v.optional(heads, 4),
    /** Features in the middle of the feed-forward part. */
    feedForward: v.optional(featureCount, 256),
    activation: v.optional(v.picklist(['relu', 'gelu']), 'gelu'),
    /** Whether to normalize the input of each branch, or its sum with the branch's output. */
    norm: v.optional(v.picklist(['pre', 'post']), 'pre'),
    positions: v.optional(positions, { kind: 'rotary' }),
    /** On the attention weights, the middle of the feed-forward part, each branch's output, and the block's output. */
    dropout: v.optional(dropProbability, 0.2),
  }),
  consistent(({ width, heads, positions }) => headsMismatch(['width'], width, heads, positions)),
)

const reformer = v.pipe(
  kind('reformer', {
    /** Features of each of the two streams; the output has twice as many. */
    width: v.optional(featureCount, 128),
    layers: v.optional(layers, 3),
    heads: v.optional(heads, 4),
    /** Features in the middle of the feed-forward part. */
    feedForward: v.optional(featureCount, 256),
    /** Tokens that the feed-forward part works on at once. */
    feedForwardChunk: v.optional(tokens, 1024),
    /** Sorted tokens per chunk; a sentence that fits in one chunk attends to all of itself. */
    chunk: v.optional(tokens, 64),
    /** At most this many hash buckets; a sentence has two per chunk. */
    buckets: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(65_536), v.multipleOf(2)),
      64,
    ),
    /** How often queries are hashed. */
    rounds: v.optional(integerBetween(1, 16), 2),
    /** Chunks before and after its own that a token attends to. */
    lookBack: v.optional(integerBetween(0, 8), 1),
    lookAhead: v.optional(integerBetween(0, 8), 0),
    positions: v.optional(v.variant('kind', [kind('rotary', {}), kind('none', {})]), { kind: 'rotary' }),
    /** Whether the exported graph also returns each layer's weights for all pairs of tokens. */
    attentionWeights: v.optional(v.boolean(), false),
    /** On each half of a layer, with one mask per sentence; and on the output. */
    dropout: v.optional(dropProbability, 0.2),
  }),
  consistent(({ width, heads, positions }) => headsMismatch(['width'], width, heads, positions)),
)

export const encoderBlockSchema = v.variant('kind', [
  kind('lstm', recurrent),
  kind('bilstm', recurrent),
  kind('gru', recurrent),
  kind('bigru', recurrent),
  cnn,
  attention,
  transformer,
  reformer,
])

type AnyBlock = v.InferOutput<typeof encoderBlockSchema>
export type EncoderKind = AnyBlock['kind']
/** The settings of one kind of block; without a type argument, of any kind. */
export type EncoderBlockConfig<Kind extends EncoderKind = EncoderKind> = {
  [K in Kind]: Extract<AnyBlock, { readonly kind: K }>
}[Kind]
