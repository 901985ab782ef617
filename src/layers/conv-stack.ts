import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { type Conv1dSize, conv1d } from './conv1d.js'

export interface ConvStackSize {
  readonly inputs: number
  readonly outputs: number
  /** Tokens that one output of a layer sees. */
  readonly width: number
  /** Of each layer in turn: `[1, 1]` is two plain layers, `[1, 2, 4]` sees twice as far with each. */
  readonly dilations: readonly number[]
  /** Add each layer's input to its output where both have as many features (He et al. 2016). */
  readonly residual: boolean
}

export interface ConvWeights<T> {
  /** As `conv1dWeightShape` says. */
  readonly weight: T
  /** `[outputs, 1]` */
  readonly bias: T
}

/** Sizes of a stack's layers, first to last. */
export function convStackSizes({ inputs, outputs, width, dilations }: ConvStackSize): readonly Conv1dSize[] {
  return dilations.map((dilation, layer) => ({
    inputs: layer === 0 ? inputs : outputs,
    outputs,
    width,
    dilation,
  }))
}

/**
 * Convolutions one on another, each followed by ReLU: with dilations that grow, the dilated CNN of Strubell et al.
 * 2017. Give a layer's weights several times to iterate a block, as they do.
 *
 * @param x `[time, inputs, batch]`
 * @param mask `[time, 1, batch]`, 1 at tokens and 0 at padding; `null` where nothing is padded
 * @param weights one set a layer
 * @param after what is done with each layer's output, the last one's too: dropout, as a rule
 * @returns `[time, outputs, batch]`; at padding the values are without meaning, and no gradient may come back from there
 * @example
 * const y = convStack(g, x, mask, weights, { inputs: 100, outputs: 200, width: 3, dilations: [1, 2, 4], residual: true })
 */
export function convStack(
  g: GraphBuilder,
  x: Value,
  mask: Value | null,
  weights: readonly ConvWeights<Value>[],
  size: ConvStackSize,
  after: (states: Value, layer: number) => Value = states => states,
): Value {
  return g.inLayer('conv-stack', () =>
    convStackSizes(size).reduce((states, own, layer) => {
      const { weight, bias } = weights[layer]
      const y = g.relu(conv1d(g, states, mask, weight, bias, own))
      return after(size.residual && own.inputs === own.outputs ? g.add(states, y) : y, layer)
    }, x),
  )
}
