import type { Decoder } from '../decode/decoder.js'
import { logSumExp } from '../decode/log-sum-exp.js'
import { targetWeights } from './step/target-weights.js'

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
  readonly tags: readonly string[]
  readonly weights: Float32Array
  readonly focalGamma: number
  readonly labelSmoothing: number
  readonly gold: readonly Int32Array[]
  /** Logits of each sentence, row-major `[units, tags]`. */
  readonly emissions: readonly Float32Array[]
}

/**
 * How class weights and focal loss move the loss between frequent and rare tags: the table that the training report
 * shows where a softmax decoder is trained with either. Tags without a unit are left out; most frequent first.
 */
export function lossShares(input: LossShareInput, decoder: Pick<Decoder, 'tagIds'>): LossShare[] {
  const { tags, weights, focalGamma, labelSmoothing, gold, emissions } = input
  const targets = targetWeights(weights, labelSmoothing)
  const tokens = new Float64Array(tags.length)
  const plain = new Float64Array(tags.length)
  const trained = new Float64Array(tags.length)
  const right = new Float64Array(tags.length)
  gold.forEach((path, sentence) => {
    const logits = emissions[sentence]
    const predicted = decoder.tagIds(logits, path.length)
    path.forEach((tag, t) => {
      const at = t * tags.length
      const logPartition = logSumExp(logits.subarray(at, at + tags.length))
      tokens[tag]++
      plain[tag] -= logits[at + tag] - logPartition
      for (let k = 0; k < tags.length; k++) {
        const target = targets[tag * tags.length + k]
        const logProbability = logits[at + k] - logPartition
        // Rounding may bring a probability above 1, of which a fractional power is none.
        const missing = Math.max(0, 1 - Math.exp(logProbability))
        if (target > 0) trained[tag] -= target * missing ** focalGamma * logProbability
      }
      if (predicted[t] === tag) right[tag]++
    })
  })
  const share = (values: Float64Array) => {
    const total = values.reduce((sum, value) => sum + value, 0)
    return (tag: number) => (total > 0 ? values[tag] / total : 0)
  }
  const [tokenShare, plainShare, trainedShare] = [tokens, plain, trained].map(share)
  return tags
    .map((tag, id) => ({
      tag,
      unit: input.unit,
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
