import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface SoftmaxLossOptions {
  /** γ of the focal loss (Lin et al. 2017): each token counts (1 − p)^γ; 0 is plain cross-entropy. */
  readonly focalGamma: number
}

/**
 * Cross-entropy over tags, summed over tokens, each token weighted, times `scale`:
 * Σ_k target_k (1 − p_k)^γ (−log p_k) for every token. Where labels are smoothed, the focal factor is thus each tag's
 * own, so that a token that is tagged right beyond doubt still pays for its certainty.
 *
 * @param logits `[time, tags, batch]`
 * @param gold `[time, tags, batch]`: what the token's target gives each tag, without smoothing its weight at the gold
 * tag and 0 elsewhere; 0 at padding
 * @param scale scalar, such as 1 / (sum of the weights)
 * @returns scalar, float32
 */
export function softmaxLoss(
  g: GraphBuilder,
  logits: Value,
  gold: Value,
  scale: Value,
  { focalGamma }: SoftmaxLossOptions,
): Value {
  return g.inLayer('softmax-loss', () => {
    const logProbabilities = g.logSoftmax(logits, 1)
    let terms = g.mul(gold, logProbabilities)
    if (focalGamma > 0) {
      // 1 − p may round to 0, where the gradient of a fractional power is infinite.
      const missing = g.max(g.sub(g.constant(1), g.exp(logProbabilities)), g.constant(1e-6))
      terms = g.mul(terms, g.pow(missing, g.constant(focalGamma)))
    }
    return g.mul(g.neg(g.reduceSum(terms, [0, 1, 2])), scale)
  })
}
