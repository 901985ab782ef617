import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Dim } from '../../engine/graph/dim.js'
import type { Value } from '../../engine/graph/value.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import type { Tensor } from '../../engine/runtime/runtime.js'

/**
 * One block of an encoder, its sizes fixed. Between blocks a tensor is `[time, features, batch]` in training and
 * `[time, batch, features]` in inference. Values at padding have no meaning, and no gradient may come back from there: a
 * block whose tokens see one another must keep padding out.
 */
export interface EncoderBlock {
  /** Features of the output. */
  readonly width: number
  /**
   * The most units that the block sees at once when tagging, if memory grows faster than the sentence or positions end:
   * longer sentences are read through overlapping windows. Absent: any number.
   */
  readonly longest?: number
  /** In the order of the random draws; each name begins with the block's own (`encoder.0.weight`). */
  readonly parameters: readonly ParameterSpec[]
  /** Those that `infer` rounds to 8 bits where the context says so. Default: none. */
  readonly canRound?: readonly string[]
  /** Matrices `[inputs, outputs]` that are rounded likewise, each column by itself. Default: none. */
  readonly canRoundColumns?: readonly string[]
  train(g: GraphBuilder, x: Value, context: TrainingContext): Value
  infer(g: GraphBuilder, x: Value, context: InferenceContext): Value
}

/** The name that a block's parameters begin with, and the width of its input. */
export interface BlockPlace {
  readonly name: string
  readonly inputs: number
}

/** Makes a block from its settings. */
export type CreateBlock<Settings> = (settings: Settings, place: BlockPlace) => EncoderBlock

export interface DropoutOptions {
  /** One mask per sentence instead of one per token (Gal & Ghahramani 2016). */
  readonly variational?: boolean
}

/** What a training graph offers a block. Each thing becomes an input of the graph when it is first requested. */
export interface TrainingContext {
  /** A parameter by its name. */
  weight(name: string): Value
  /** float32 `[time, 1, batch]`: 1 at tokens, 0 at padding, which stands at the end. */
  readonly mask: Value
  /** int32 `[batch]`, each at least 1. */
  readonly lengths: Value
  /** `[time, 2, batch]`: see `RecurrentContext`. */
  readonly extraRows: Value
  /** `[directions, hidden, batch]` of zeros. */
  zeros(directions: 1 | 2, hidden: number): Value
  /** A mask of 0 and 1/(1 − rate), drawn afresh in each step; dimensions are numbers, `time` and `batch`. */
  dropoutMask(shape: readonly Dim[], rate: number): Value
  /** `x` `[time, features, batch]` with dropout, and zero at padding. With a rate of 0, only the latter. */
  dropout(x: Value, rate: number, options?: DropoutOptions): Value
  /** Standard normal numbers, drawn afresh in each step. */
  noise(shape: readonly Dim[]): Value
}

/** What the shipped graph offers a block. */
export interface InferenceContext {
  /** A parameter as an initializer. */
  weight(name: string): Value
  /** Some rows of a parameter that is a table. */
  rows(name: string, ids: Value): Value
  /** Whether parameters that can be rounded are, to 8 bits. */
  readonly isRounded: boolean
  /** A parameter's numbers, to make other tensors of them. */
  value(name: string): Float32Array
  /** Any tensor as an initializer of that name. */
  stored(name: string, tensor: Tensor): Value
  /** A tensor for `stored` that only the stored model has: for a tagger that is loaded. */
  kept(name: string, type: 'float32' | 'int8' | 'uint8', shape: readonly number[]): Tensor
  /** int32 `[batch]` */
  readonly lengths: Value
  /** bool `[batch, time]`: true at tokens. */
  readonly mask: Value
  /** Offers attention weights `[batch, heads, time, time]` as a further output of the graph. */
  attention(name: string, weights: Value): void
}
