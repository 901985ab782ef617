/** What blocks that see all of a sentence at once share: their layout, padding, positions and dropout. */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Dim } from '../../engine/graph/dim.js'
import type { Value } from '../../engine/graph/value.js'
import { toKeyBias } from '../../engine/layers/attention.js'
import {
  learnedPositions,
  type RotaryTables,
  rotaryTables,
  sinusoidalPositions,
} from '../../engine/layers/positions.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import type { EncoderBlock } from './encoder-block.js'

/** What a block's layers work with, in training and in inference. */
export interface BatchMajor {
  /** `[batch, time, features]` */
  readonly x: Value
  /** See `toKeyBias`. */
  readonly keyBias: Value
  weight(name: string): Value
  /** A dropout mask, drawn afresh in each training step; `null` in inference and where the rate is 0. */
  mask(shape: readonly Dim[]): Value | null
}

export interface BatchMajorBlock extends Pick<EncoderBlock, 'width' | 'longest' | 'parameters'> {
  /** Rate of the masks. */
  readonly dropout: number
  /** Rate of the output's dropout. */
  readonly outputDropout: number
  /** @returns output `[batch, time, width]`, and attention weights by name for the shipped graph to offer */
  run(
    g: GraphBuilder,
    given: BatchMajor,
  ): { readonly output: Value; readonly weights: readonly (readonly [name: string, weights: Value])[] }
}

export function batchMajorBlock({ dropout, outputDropout, run, ...rest }: BatchMajorBlock): EncoderBlock {
  return {
    ...rest,
    train(g, x, context) {
      const isToken = g.greater(g.squeeze(context.mask, [1]), 0) // [time, batch]
      const { output } = run(g, {
        x: g.transpose(x, [2, 0, 1]),
        keyBias: toKeyBias(g, g.transpose(isToken, [1, 0])),
        weight: name => context.weight(name),
        mask: shape => (dropout > 0 ? context.dropoutMask(shape, dropout) : null),
      })
      return context.dropout(g.transpose(output, [1, 2, 0]), outputDropout)
    },
    infer(g, x, context) {
      const { output, weights } = run(g, {
        x: g.transpose(x, [1, 0, 2]),
        keyBias: toKeyBias(g, context.mask),
        weight: name => context.weight(name),
        mask: () => null,
      })
      for (const [name, own] of weights) context.attention(name, own)
      return g.transpose(output, [1, 0, 2])
    },
  }
}

type PositionSettings = EncoderBlockConfig<'attention'>['positions']

/** The most tokens at once where all attend to all: memory grows with the square. */
const LONGEST = 2048

/** The most tokens that tagging lets a block see at once: none beyond the table of learned positions. */
export function longestOf(positions: PositionSettings): number {
  return positions.kind === 'learned' ? Math.min(LONGEST, positions.maxTime) : LONGEST
}

/** The table of learned positions: small numbers as in BERT, so that rows that no sentence reaches hardly matter. */
export function positionParameters(
  positions: PositionSettings,
  name: string,
  width: number,
): readonly ParameterSpec[] {
  if (positions.kind !== 'learned') return []
  const initial = { kind: 'normal', deviation: 0.02 } as const
  return [{ name: `${name}.positions`, shape: [positions.maxTime, width], initial, group: 'embedding' }]
}

/** `x` with the positions that are added, and the tables of rotary ones. */
export function withPositions(
  g: GraphBuilder,
  x: Value,
  positions: PositionSettings,
  { name, width, head, weight }: { name: string; width: number; head: number; weight: BatchMajor['weight'] },
): { readonly x: Value; readonly rotary: RotaryTables | null } {
  switch (positions.kind) {
    case 'none':
      return { x, rotary: null }
    case 'sinusoidal':
      return { x: g.add(x, sinusoidalPositions(g, x, width)), rotary: null }
    case 'learned':
      return { x: g.add(x, learnedPositions(g, x, weight(`${name}.positions`))), rotary: null }
    case 'rotary':
      return { x, rotary: rotaryTables(g, x, head) }
    default:
      return positions satisfies never
  }
}
