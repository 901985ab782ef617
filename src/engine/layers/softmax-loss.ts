import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface SoftmaxLossOptions {
  /** γ of the focal loss (Lin et al. 2017): each term counts (1 − p)^γ. Default 0: plain cross-entropy. */
  readonly focalGamma?: number
}

/**
 * Cross-entropy over classes, summed over time and batch: Σ_k target_k (1 − p_k)^γ (−log p_k), times `scale`. With
 * smoothed targets each class has its own focal factor, so that a step that is right beyond doubt still pays for its
 * certainty.
 *
 * @param logits `[time, classes, batch]`
 * @param target `[time, classes, batch]`: each class's share of the step's weight; without smoothing, the weight at the
 *   right class and 0 elsewhere; 0 at padding
 * @param scale scalar, such as 1 / (sum of the weights)
 * @returns scalar, float32
 */
export function softmaxLoss(
  g: GraphBuilder,
  logits: Value,
  target: Value,
  scale: Value,
  { focalGamma = 0 }: SoftmaxLossOptions = {},
): Value {
  return g.inLayer('softmax-loss', () => {
    const logProbabilities = g.logSoftmax(logits, 1)
    let terms = g.mul(target, logProbabilities)
    if (focalGamma > 0) {
      // 1 − p may round to 0, where the gradient of a fractional power is infinite.
      const missing = g.max(g.sub(g.constant(1), g.exp(logProbabilities)), g.constant(1e-6))
      terms = g.mul(terms, g.pow(missing, g.constant(focalGamma)))
    }
    return g.mul(g.neg(g.reduceSum(terms, [0, 1, 2])), scale)
  })
}

/**
 * The negative log of the probability of the allowed classes, summed over time and batch: w (1 − P)^γ (−log P) with
 * P = Σ_allowed p_k, times `scale`. It equals `softmaxLoss` where one class is allowed, and is 0 where all are.
 *
 * @param logits `[time, classes, batch]`
 * @param allowed bool `[time, classes, batch]`: at least one class at every step, padding included
 * @param weight `[time, 1, batch]`: each step's weight, 0 at padding
 * @param scale scalar, such as 1 / (sum of the weights)
 * @returns scalar, float32
 */
export function partialSoftmaxLoss(
  g: GraphBuilder,
  logits: Value,
  allowed: Value,
  weight: Value,
  scale: Value,
  { focalGamma = 0 }: SoftmaxLossOptions = {},
): Value {
  return g.inLayer('partial-softmax-loss', () => {
    const kept = g.where(allowed, g.logSoftmax(logits, 1), g.constant(-1e30))
    const highest = g.reduceMax(kept, [1], { keepDims: true })
    const sum = g.reduceSum(g.exp(g.sub(kept, highest)), [1], { keepDims: true })
    const logProbability = g.add(highest, g.log(sum))
    let terms = g.mul(weight, logProbability)
    if (focalGamma > 0) {
      const missing = g.max(g.sub(g.constant(1), g.exp(logProbability)), g.constant(1e-6))
      terms = g.mul(terms, g.pow(missing, g.constant(focalGamma)))
    }
    return g.mul(g.neg(g.reduceSum(terms, [0, 1, 2])), scale)
  })
}
