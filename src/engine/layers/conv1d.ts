import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { linear } from './linear.js'
import { linearLast } from './linear-last.js'

export interface Conv1dSize {
  readonly inputs: number
  readonly outputs: number
  /** Tokens that one output sees. */
  readonly width: number
  /** Distance between them (Yu & Koltun 2016; Strubell et al. 2017). Default 1. */
  readonly dilation?: number
}

/** Columns of the weight: the inputs at the leftmost token of the window, then at the next, … */
export function conv1dWeightShape({ inputs, outputs, width }: Conv1dSize): readonly [number, number] {
  return [outputs, width * inputs]
}

/**
 * A convolution over time (Waibel et al. 1989; Collobert et al. 2011) that keeps the length: beyond a sentence's ends
 * stand zeros, one more on the right where the window is even. The windows are laid out side by side, so that one
 * matrix product does the work, as in `linear`.
 *
 * @param x `[time, inputs, batch]`
 * @param mask `[time, 1, batch]`, 1 at tokens and 0 at padding, so that a sentence sees zeros after its end whatever
 *   the batch; `null` where x is zero at padding already
 * @param weight as `conv1dWeightShape` says
 * @param bias `[outputs, 1]`
 * @returns `[time, outputs, batch]`; at padding the values are without meaning, and no gradient may come back from there
 * @example
 * const y = conv1d(g, x, mask, weight, bias, { inputs: 100, outputs: 200, width: 3, dilation: 2 })
 */
export function conv1d(
  g: GraphBuilder,
  x: Value,
  mask: Value | null,
  weight: Value,
  bias: Value,
  size: Conv1dSize,
): Value {
  return g.inLayer('conv1d', () => {
    const { inputs, outputs, width } = size
    const tokens = mask ? g.mul(x, mask) : x
    return linear(g, windows(g, tokens, size), weight, bias, { inputs: width * inputs, outputs })
  })
}

/**
 * The same with features last, for inference.
 *
 * @param x `[time, batch, inputs]`
 * @param mask `[time, batch, 1]`, or `null`
 * @param weight as `conv1dWeightShape` says
 * @param bias `[outputs, 1]`
 * @returns `[time, batch, outputs]`
 */
export function conv1dLast(
  g: GraphBuilder,
  x: Value,
  mask: Value | null,
  weight: Value,
  bias: Value,
  size: Conv1dSize,
): Value {
  return g.inLayer('conv1d', () => {
    const tokens = mask ? g.mul(x, mask) : x
    const seen = windows(g, tokens, size, 2)
    return linearLast(g, seen, g.transpose(weight, [1, 0]), g.reshape(bias, [size.outputs]))
  })
}

/** Around each token, what its window sees: `[time, width·inputs, batch]`, or with `axis` 2 `[time, batch, width·inputs]`. */
function windows(g: GraphBuilder, x: Value, { width, dilation = 1 }: Conv1dSize, axis: 1 | 2 = 1): Value {
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
