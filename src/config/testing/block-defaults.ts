import * as v from 'valibot'
import { type EncoderBlockConfig, type EncoderKind, encoderBlockSchema } from '../encoder-blocks.js'

const KINDS = encoderBlockSchema.options.map(({ entries }) => entries.kind.literal)

/** Every kind of block with the settings that it has by default. */
export const ENCODER_BLOCK_DEFAULTS = Object.fromEntries(
  KINDS.map(kind => [kind, v.parse(encoderBlockSchema, { kind })]),
) as { readonly [Kind in EncoderKind]: EncoderBlockConfig<Kind> }
