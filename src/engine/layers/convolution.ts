import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { linear, linearLast } from './linear.js'
import { bias, type LayerParameter } from './parameters.js'

export interface Conv1dSize {
  readonly inputs: number
  readonly outputs: number
  /** Steps that one output sees. */
  readonly width: number
  /** Distance between them (Yu & Koltun 2016; Strubell et al. 2017). Default 1. */
  readonly dilation?: number
}

export interface ConvWeights<T = Value> {
  /** `[outputs, width · inputs]`: columns for the inputs at the window's first step, then at the next, … */
  readonly weight: T
  /** `[outputs, 1]` */
  readonly bias: T
}

/** Kaiming uniform, as for ReLU; biases zero. */
export function conv1dParameters({ inputs, outputs, width }: Conv1dSize): ConvWeights<LayerParameter> {
  return {
    weight: {
      shape: [outputs, width * inputs],
      initial: { kind: 'kaiming-uniform', fanIn: width * inputs },
    },
    bias: bias([outputs, 1]),
  }
}

/** Which axis holds the features: 1 `[time, features, batch]`, for training; 2 `[time, batch, features]`, for inference. */
export type FeatureAxis = 1 | 2

/**
 * A convolution over time (Waibel et al. 1989; Collobert et al. 2011) that keeps the length: a sequence is continued
 * with zeros at both ends, with one more on the right where the window is even. The windows are laid out side by side, so
 * that one matrix product does the work.
 *
 * @param x features along `axis`
 * @param mask 1 at steps and 0 at padding, `[time, 1, batch]` or `[time, batch, 1]`, so that a sequence sees zeros after
 *   its end in any batch; `null` where x is zero at padding already
 * @returns as x, with `outputs` features; values at padding have no meaning, and no gradient may come back from there
 * @example
 * const y = conv1d(g, x, mask, { weight, bias }, { inputs: 100, outputs: 200, width: 3, dilation: 2 })
 */
export function conv1d(
  g: GraphBuilder,
  x: Value,
  mask: Value | null,
  { weight, bias }: ConvWeights,
  size: Conv1dSize,
  axis: FeatureAxis = 1,
): Value {
  return g.inLayer('conv1d', () => {
    const seen = windows(g, mask ? g.mul(x, mask) : x, size, axis)
    if (axis === 1) return linear(g, seen, weight, bias)
    return linearLast(g, seen, g.transpose(weight, [1, 0]), g.reshape(bias, [size.outputs]))
  })
}

/** For each step, what its window sees: `width · inputs` features. */
function windows(g: GraphBuilder, x: Value, { width, dilation = 1 }: Conv1dSize, axis: FeatureAxis): Value {
  if (width === 1) return x
  const beyond = (width - 1) * dilation
  const left = Math.floor(beyond / 2)
  const padded = g.pad(x, [left, 0, 0, beyond - left, 0, 0])
  const taps = Array.from({ length: width }, (_, tap) => {
    const start = tap * dilation
    const end = start - beyond
    return g.slice(padded, { axis: 0, start, ...(end < 0 && { end }) })
  })
  return g.concat(taps, axis)
}

export interface ConvStackSize {
  readonly inputs: number
  readonly outputs: number
  /** Steps that one output of a layer sees. */
  readonly width: number
  /** For each layer: `[1, 1]` is two plain layers; with `[1, 2, 4]` each sees twice as far as the one before. */
  readonly dilations: readonly number[]
  /** Add each layer's input to its output where both have the same number of features (He et al. 2016). */
  readonly residual: boolean
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

export interface ConvStackOptions {
  readonly axis?: FeatureAxis
  /** Applied to each layer's output before the layer's input is added to it: dropout. */
  readonly after?: (made: Value) => Value
}

/**
 * A stack of convolutions, each followed by ReLU: with growing dilations, the dilated CNN of Strubell et al. 2017. To
 * iterate a block as they do, pass the same weights several times.
 *
 * @param x, mask, and what is returned: see `conv1d`
 * @param weights one set per layer
 * @example
 * const y = convStack(g, x, mask, weights, { inputs: 100, outputs: 200, width: 3, dilations: [1, 2, 4], residual: true })
 */
export function convStack(
  g: GraphBuilder,
  x: Value,
  mask: Value | null,
  weights: readonly ConvWeights[],
  size: ConvStackSize,
  { axis = 1, after = made => made }: ConvStackOptions = {},
): Value {
  return g.inLayer('conv-stack', () =>
    convStackSizes(size).reduce((states, own, layer) => {
      const y = g.relu(after(conv1d(g, states, mask, weights[layer], own, axis)))
      return size.residual && own.inputs === own.outputs ? g.add(states, y) : y
    }, x),
  )
}
