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
}

export const ENCODER_KINDS = Object.keys(ENCODER_BLOCK_SCHEMAS) as readonly EncoderKind[]

export function isEncoderKind(value: unknown): value is EncoderKind {
  return typeof value === 'string' && Object.hasOwn(ENCODER_BLOCK_SCHEMAS, value)
}
