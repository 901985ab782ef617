import { type Chain, createChain } from '../../../decode/chain.js'
import { forwardBackward, tagMarginals } from '../../../decode/marginals.js'
import { type ScaledLattice, scaledForwardBackward } from '../../../decode/scaled-lattice.js'
import type { CrfData } from '../training-data.js'

/**
 * Minus the log-likelihood of a part of the sentences under a linear-chain CRF (Lafferty et al. 2001), and its gradient. The
 * scores of a bundle of features are added up once, however many tokens have it.
 *
 * @param weights `[parameters]`
 * @param gradient `[parameters]`, to which the gradient is added
 */
export function addLoss(data: CrfData, weights: Float64Array, gradient: Float64Array, part: number): number {
  const { tags, sentences, parts, partBundles, tokens, bundlesOf, gold, weights: often } = data
  const chain = chainOf(data, weights)
  const steps = data.tagOf.length
  const base = partBundles[part]
  const scores = bundleScores(data, weights, part)
  const slopes = new Float64Array(scores.length)
  let loss = 0
  let emissions = new Float64Array(0)
  for (let s = parts[part]; s < parts[part + 1]; s++) {
    const [start, end] = [sentences[s], sentences[s + 1]]
    const length = end - start
    if (length === 0) continue
    const weight = often[s]
    if (emissions.length < length * tags) emissions = new Float64Array(2 * length * tags)
    emissions.fill(0, 0, length * tags)
    let score = 0
    for (let t = 0; t < length; t++) {
      const row = t * tags
      for (let i = tokens[start + t]; i < tokens[start + t + 1]; i++) {
        const at = (bundlesOf[i] - base) * tags
        for (let k = 0; k < tags; k++) emissions[row + k] += scores[at + k]
      }
      score += emissions[row + gold[start + t]]
      if (t === 0) continue
      const step = steps + gold[start + t - 1] * tags + gold[start + t]
      score += weights[step]
      gradient[step] -= weight
    }
    const lattice = scaledForwardBackward(emissions, length, chain)
    const logPartition = lattice
      ? addScaledSteps(lattice, gradient, steps, weight)
      : addLogSteps(emissions, length, chain, gradient, steps, weight)
    // From here on, `emissions` holds the probability of each tag, and then what is too much of it.
    if (lattice) for (let i = 0; i < length * tags; i++) emissions[i] = lattice.alpha[i] * lattice.beta[i]
    for (let t = 0; t < length; t++) {
      const row = t * tags
      emissions[row + gold[start + t]] -= 1
      if (weight !== 1) for (let k = 0; k < tags; k++) emissions[row + k] *= weight
      for (let i = tokens[start + t]; i < tokens[start + t + 1]; i++) {
        const at = (bundlesOf[i] - base) * tags
        for (let k = 0; k < tags; k++) slopes[at + k] += emissions[row + k]
      }
    }
    loss += weight * (logPartition - score)
  }
  addSlopes(data, slopes, gradient, part)
  return loss
}

/** The scores of all tags by each bundle of a part, `[bundles, tags]`. */
function bundleScores(
  { tags, partBundles, bundles, ids, first, tagOf }: CrfData,
  weights: Float64Array,
  part: number,
): Float64Array {
  const [from, to] = [partBundles[part], partBundles[part + 1]]
  const scores = new Float64Array((to - from) * tags)
  for (let b = from; b < to; b++) {
    const row = (b - from) * tags
    const end = bundles[b + 1]
    for (let i = bundles[b]; i < end; i++) {
      const last = first[ids[i] + 1]
      for (let p = first[ids[i]]; p < last; p++) scores[row + tagOf[p]] += weights[p]
    }
  }
  return scores
}

function addSlopes(
  { tags, partBundles, bundles, ids, first, tagOf }: CrfData,
  slopes: Float64Array,
  gradient: Float64Array,
  part: number,
): void {
  const [from, to] = [partBundles[part], partBundles[part + 1]]
  for (let b = from; b < to; b++) {
    const row = (b - from) * tags
    const end = bundles[b + 1]
    for (let i = bundles[b]; i < end; i++) {
      const last = first[ids[i] + 1]
      for (let p = first[ids[i]]; p < last; p++) gradient[p] += slopes[row + tagOf[p]]
    }
  }
}

function addScaledSteps(
  { chain, alpha, beta, weight: factor, length, logPartition }: ScaledLattice,
  gradient: Float64Array,
  steps: number,
  weight: number,
): number {
  const { tags, weights } = chain
  const { score } = weights
  // Every step is in the chain: those to a tag from all others, one after the other.
  for (let t = 1; t < length; t++) {
    const row = t * tags
    for (let k = 0; k < tags; k++) {
      const right = weight * factor[row + k] * beta[row + k]
      const at = k * tags
      for (let j = 0; j < tags; j++)
        gradient[steps + j * tags + k] += alpha[row - tags + j] * score[at + j] * right
    }
  }
  return logPartition
}

/** As `addScaledSteps`, where scores are too far apart for it. Leaves the probabilities of tags in `emissions`. */
function addLogSteps(
  emissions: Float64Array,
  length: number,
  chain: Chain,
  gradient: Float64Array,
  steps: number,
  weight: number,
): number {
  const lattice = forwardBackward(emissions, length, chain)
  const { alpha, beta, logPartition } = lattice
  const { tags, score } = chain
  for (let t = 1; t < length; t++) {
    const row = t * tags
    for (let k = 0; k < tags; k++)
      for (let j = 0; j < tags; j++)
        gradient[steps + j * tags + k] +=
          weight *
          Math.exp(
            alpha[row - tags + j] + score[k * tags + j] + emissions[row + k] + beta[row + k] - logPartition,
          )
  }
  emissions.set(tagMarginals(lattice))
  return logPartition
}

function chainOf({ tags, tagOf }: CrfData, weights: Float64Array): Chain {
  const transitions = weights.subarray(tagOf.length)
  const none = new Float64Array(tags)
  return createChain(tags, { transitions, start: none, end: none })
}
