import { logSumExp } from '../base/log-sum-exp.js'

/** What class weights and focal loss do to one gold tag, measured on the development set with the final model. */
export interface LossShare {
  readonly tag: string
  /** What the loss has a term for. */
  readonly unit: 'token' | 'character'
  /** Such units with the tag. */
  readonly tokens: number
  /** Weight of the tag in the loss. */
  readonly weight: number
  /** The tag's share of all units, of the plain cross-entropy, and of the loss that was trained on; each in [0, 1]. */
  readonly tokenShare: number
  readonly plainLossShare: number
  readonly trainedLossShare: number
  /** Share of the tag's units that were given the tag. */
  readonly recall: number
}

export interface LossShareInput {
  readonly unit: LossShare['unit']
  /** By id. */
  readonly tags: readonly string[]
  /** Class weights, `[tags]`. */
  readonly weights: Float32Array
  /** Weight of each tag's log probability where a gold tag was expected, row-major `[gold, tags]`. */
  readonly targets: Float32Array
  readonly focalGamma: number
}

/** A sentence's units: gold and predicted tag ids, and logits, row-major `[units, tags]`. */
export interface LabeledUnits {
  readonly gold: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  readonly logits: Float32Array
}

/**
 * How class weights and focal loss move the loss between frequent and rare tags: the table that the training report
 * shows if a softmax decoder is trained with either. Tags that no unit has are left out; most frequent first.
 */
export function lossShares(input: LossShareInput, sentences: readonly LabeledUnits[]): LossShare[] {
  const { unit, tags, weights, targets, focalGamma } = input
  const [tokens, plain, trained, right] = Array.from({ length: 4 }, () => new Float64Array(tags.length))
  for (const { gold, predicted, logits } of sentences)
    for (let t = 0; t < gold.length; t++) {
      const tag = gold[t]
      const at = t * tags.length
      const logPartition = logSumExp(logits.subarray(at, at + tags.length))
      tokens[tag]++
      plain[tag] -= logits[at + tag] - logPartition
      for (let k = 0; k < tags.length; k++) {
        const target = targets[tag * tags.length + k]
        const logProbability = logits[at + k] - logPartition
        // Rounding may bring a probability above 1, and a fractional power of a negative number is NaN.
        const missing = Math.max(0, 1 - Math.exp(logProbability))
        if (target > 0) trained[tag] -= target * missing ** focalGamma * logProbability
      }
      if (predicted[t] === tag) right[tag]++
    }
  const share = (values: Float64Array) => {
    const total = values.reduce((sum, value) => sum + value, 0)
    return (tag: number) => (total > 0 ? values[tag] / total : 0)
  }
  const [tokenShare, plainShare, trainedShare] = [tokens, plain, trained].map(share)
  return tags
    .map((tag, id) => ({
      tag,
      unit,
      tokens: tokens[id],
      weight: weights[id],
      tokenShare: tokenShare(id),
      plainLossShare: plainShare(id),
      trainedLossShare: trainedShare(id),
      recall: tokens[id] > 0 ? right[id] / tokens[id] : 0,
    }))
    .filter(row => row.tokens > 0)
    .sort((a, b) => b.tokens - a.tokens)
}
