import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { type Conv1dSize, conv1d, conv1dLast } from './conv1d.js'

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
 * @param dropout what is done with what each layer makes, before it is added to what the layer reads
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
  dropout: (made: Value) => Value = made => made,
): Value {
  const layer: Layer = (states, { weight, bias }, own) => dropout(conv1d(g, states, mask, weight, bias, own))
  return stack(g, x, weights, size, layer)
}

/**
 * The same, features last, for inference.
 *
 * @param x `[time, batch, inputs]`
 * @param mask `[time, batch, 1]`
 * @returns `[time, batch, outputs]`
 */
export function convStackLast(
  g: GraphBuilder,
  x: Value,
  mask: Value | null,
  weights: readonly ConvWeights<Value>[],
  size: ConvStackSize,
): Value {
  const layer: Layer = (states, { weight, bias }, own) => conv1dLast(g, states, mask, weight, bias, own)
  return stack(g, x, weights, size, layer)
}

type Layer = (states: Value, weights: ConvWeights<Value>, size: Conv1dSize) => Value

function stack(
  g: GraphBuilder,
  x: Value,
  weights: readonly ConvWeights<Value>[],
  size: ConvStackSize,
  layer: Layer,
): Value {
  return g.inLayer('conv-stack', () =>
    convStackSizes(size).reduce((states, own, at) => {
      const y = g.relu(layer(states, weights[at], own))
      return size.residual && own.inputs === own.outputs ? g.add(states, y) : y
    }, x),
  )
}
