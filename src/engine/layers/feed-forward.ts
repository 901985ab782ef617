import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { linearLast } from './linear-last.js'

export type Activation = 'relu' | 'gelu'

export interface FeedForwardSize {
  readonly width: number
  readonly hidden: number
  readonly activation: Activation
}

export interface FeedForwardWeights<T> {
  /** `[width, hidden]` */
  readonly hidden: T
  /** `[hidden]` */
  readonly hiddenBias: T
  /** `[hidden, width]` */
  readonly output: T
  /** `[width]` */
  readonly outputBias: T
}

export function feedForwardShapes({
  width,
  hidden,
}: FeedForwardSize): Record<keyof FeedForwardWeights<unknown>, readonly number[]> {
  return { hidden: [width, hidden], hiddenBias: [hidden], output: [hidden, width], outputBias: [width] }
}

/**
 * The feed-forward part of a transformer (Vaswani et al. 2017), each token for itself. GELU is the exact one, x·Φ(x)
 * (Hendrycks & Gimpel 2016).
 *
 * @param x `[…, width]`
 * @param dropout of the hidden features: `[…, hidden]`, 0 or 1/(1−p), from outside; `null` for none
 * @returns `[…, width]`
 */
export function feedForward(
  g: GraphBuilder,
  x: Value,
  weights: FeedForwardWeights<Value>,
  { activation }: FeedForwardSize,
  dropout: Value | null = null,
): Value {
  return g.inLayer('feed-forward', () => {
    const before = linearLast(g, x, weights.hidden, weights.hiddenBias)
    const hidden = activation === 'relu' ? g.relu(before) : g.gelu(before)
    return linearLast(g, dropout ? g.mul(hidden, dropout) : hidden, weights.output, weights.outputBias)
  })
}
