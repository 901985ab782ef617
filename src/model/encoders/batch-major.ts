/** What blocks that see all of a sentence at once have in common: their layout, padding and positions. */
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { toKeyBias } from '../../engine/layers/attention.js'
import {
  learnedPositions,
  type RotaryTables,
  rotaryTables,
  sinusoidalPositions,
} from '../../engine/layers/positions.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import type { InferenceContext, TrainingContext } from './encoder-block.js'

type Weight = (name: string) => Value

/** What a block's layers work on, alike in training and in inference. */
export interface BatchMajor {
  /** `[batch, time, features]` */
  readonly x: Value
  /** See `toKeyBias`. */
  readonly keyBias: Value
  readonly weight: Weight
}

/** @param x `[time, features, batch]` */
export function batchMajorTraining(g: GraphBuilder, x: Value, context: TrainingContext): BatchMajor {
  const isToken = g.greater(g.squeeze(context.mask, [1]), 0) // [time, batch]
  return {
    x: g.transpose(x, [2, 0, 1]),
    keyBias: toKeyBias(g, g.transpose(isToken, [1, 0])),
    weight: name => context.weight(name),
  }
}

/** @param x `[time, batch, features]` */
export function batchMajorInference(g: GraphBuilder, x: Value, context: InferenceContext): BatchMajor {
  return {
    x: g.transpose(x, [1, 0, 2]),
    keyBias: toKeyBias(g, context.mask),
    weight: name => context.weight(name),
  }
}

export interface PositionSettings {
  readonly positions: 'none' | 'sinusoidal' | 'learned' | 'rotary'
  readonly maxTime: number
}

/** Most tokens at once where all attend to all: memory grows with the square. */
const LONGEST = 2048

/** The most tokens that tagging may let a block see at once: none beyond the table of learned positions. */
export function longestOf({ positions, maxTime }: PositionSettings): number {
  return positions === 'learned' ? Math.min(LONGEST, maxTime) : LONGEST
}

/** The table of learned positions: small numbers as in BERT, so that rows no sentence reaches say next to nothing. */
export function positionParameters(
  { positions, maxTime }: PositionSettings,
  name: string,
  width: number,
): readonly ParameterSpec[] {
  if (positions !== 'learned') return []
  const initial = { kind: 'normal', deviation: 0.02 } as const
  return [{ name: `${name}.positions`, shape: [maxTime, width], initial, group: 'embedding' }]
}

/** x with the positions that are added, and the tables of those that turn. */
export function withPositions(
  g: GraphBuilder,
  x: Value,
  { positions }: PositionSettings,
  { name, width, head, weight }: { name: string; width: number; head: number; weight: Weight },
): { readonly x: Value; readonly rotary: RotaryTables | null } {
  switch (positions) {
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
