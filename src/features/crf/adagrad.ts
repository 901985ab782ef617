import type { Random } from '../../base/random.js'
import { type Chain, createChain, stepsInto } from '../../decode/chain.js'
import { forwardBackward, type Lattice, tagMarginals } from '../../decode/marginals.js'
import { type ScaledLattice, scaledForwardBackward, scaledMarginals } from '../../decode/scaled-lattice.js'
import { chainSteps, eachWeight, type StepFeatures, stepFeaturesOf } from './step-features.js'
import { type CrfData, parameterCount } from './training-data.js'

export interface AdaGradSettings {
  /** The step of a weight that was never changed. */
  readonly rate: number
  /** Times the sum of absolute weights, and of squares. */
  readonly l1: number
  readonly l2: number
}

/** Keeps the first steps of a weight finite. */
const EPSILON = 1e-8
/** A smaller share of a probability does not change a weight. */
const LEAST = 1e-6

/**
 * AdaGrad (Duchi et al. 2011) on minus the log-likelihood, sentence by sentence: a weight's step is the rate divided by the root
 * of the sum of its squared gradients so far. The penalties come once in an epoch, as if they were one more sentence: the
 * squares by their gradient, the absolute values by cutting weights toward 0 (Duchi & Singer 2009).
 */
export class AdaGrad {
  readonly weights: Float64Array
  /** Of each weight: the sum of its squared gradients. */
  readonly squares: Float64Array
  /** Of the steps of a sentence, and of one of them. */
  private readonly expected: Float64Array
  private readonly features: StepFeatures | undefined

  constructor(
    private readonly data: CrfData,
    private readonly settings: AdaGradSettings,
  ) {
    this.weights = new Float64Array(parameterCount(data))
    this.squares = new Float64Array(this.weights.length)
    this.expected = new Float64Array(data.tags * data.tags)
    this.features = stepFeaturesOf(data)
  }

  restore({ weights, squares }: { readonly weights: Float64Array; readonly squares: Float64Array }): void {
    this.weights.set(weights)
    this.squares.set(squares)
  }

  /** One pass over all sentences, in random order. @returns minus the log-likelihood, each sentence before it was learned from */
  epoch(random: Random): number {
    const { sentences } = this.data
    const order = random.shuffle(Array.from({ length: sentences.length - 1 }, (_, s) => s))
    let loss = 0
    for (const s of order) loss += this.learn(s)
    this.penalize()
    return loss
  }

  /** Learns from one sentence. @returns minus its log-likelihood before */
  learn(s: number): number {
    const { tags, sentences, gold, tagOf, stepBundles, weights: often } = this.data
    const [start, length] = [sentences[s], sentences[s + 1] - sentences[s]]
    if (length === 0) return 0
    const none = new Float64Array(tags)
    const transitions = this.weights.subarray(tagOf.length)
    const chain = this.chainAt(s, createChain(tags, { transitions, start: none, end: none }))
    const rows = this.emissions(start, length)
    let score = 0
    for (let t = 0; t < length; t++) {
      score += rows[t * tags + gold[start + t]]
      if (t === 0) continue
      const pair = gold[start + t - 1] * tags + gold[start + t]
      score += transitions[pair]
      if (this.features)
        eachWeight(this.features, stepBundles[start + t], (p, own) => {
          if (own === pair) score += this.weights[p]
        })
    }
    const { expected } = this
    expected.fill(0)
    const lattice = scaledForwardBackward(rows, length, chain)
    const slow = lattice ? undefined : forwardBackward(rows, length, chain)
    const logPartition = (lattice ?? slow)?.logPartition ?? Number.NaN
    const marginals = lattice ? scaledMarginals(lattice) : tagMarginals(slow as Lattice)
    const own: Float64Array[] = []
    for (let t = 1; t < length; t++) {
      const steps = lattice ? scaledSteps(lattice, t) : logSteps(slow as Lattice, t)
      for (let i = 0; i < steps.length; i++) expected[i] += steps[i]
      if (this.features) own.push(steps)
    }
    for (let t = 0; t < length; t++) {
      marginals[t * tags + gold[start + t]] -= 1
      if (t > 0) expected[gold[start + t - 1] * tags + gold[start + t]] -= 1
    }
    this.descend(start, length, marginals, often[s])
    own.forEach((steps, i) => {
      const t = start + 1 + i
      steps[gold[t - 1] * tags + gold[t]] -= 1
      this.descendStep(t, steps, often[s])
    })
    for (let i = 0; i < expected.length; i++) this.step(tagOf.length + i, often[s] * expected[i])
    return often[s] * (logPartition - score)
  }

  private chainAt(s: number, chain: Chain): Chain {
    const { features } = this
    const { sentences, stepBundles } = this.data
    if (!features) return chain
    const bundles = stepBundles.subarray(sentences[s] + 1, sentences[s + 1])
    return { ...chain, steps: chainSteps(features, chain, bundles, this.weights) }
  }

  private descendStep(token: number, slopes: Float64Array, weight: number): void {
    if (!this.features) return
    eachWeight(this.features, this.data.stepBundles[token], (p, pair) => this.step(p, weight * slopes[pair]))
  }

  private descend(start: number, length: number, slopes: Float64Array, weight: number): void {
    const { tags, tokens, bundlesOf, bundles, ids, first, tagOf } = this.data
    for (let t = 0; t < length; t++) {
      const row = t * tags
      for (let i = tokens[start + t]; i < tokens[start + t + 1]; i++)
        for (let at = bundles[bundlesOf[i]]; at < bundles[bundlesOf[i] + 1]; at++)
          for (let p = first[ids[at]]; p < first[ids[at] + 1]; p++)
            this.step(p, weight * slopes[row + tagOf[p]])
    }
  }

  private step(p: number, gradient: number): void {
    if (gradient < LEAST && gradient > -LEAST) return
    this.squares[p] += gradient * gradient
    this.weights[p] -= (this.settings.rate * gradient) / (Math.sqrt(this.squares[p]) + EPSILON)
  }

  private penalize(): void {
    const { weights, squares, settings } = this
    const { rate, l1, l2 } = settings
    if (l1 === 0 && l2 === 0) return
    for (let p = 0; p < weights.length; p++) {
      if (weights[p] === 0) continue
      const gradient = 2 * l2 * weights[p]
      squares[p] += gradient * gradient
      const step = rate / (Math.sqrt(squares[p]) + EPSILON)
      const own = weights[p] - step * gradient
      weights[p] = Math.sign(own) * Math.max(0, Math.abs(own) - step * l1)
    }
  }

  private emissions(start: number, length: number): Float64Array {
    const { tags, first, tagOf, tokens, bundlesOf, bundles, ids } = this.data
    const { weights } = this
    const rows = new Float64Array(length * tags)
    for (let t = 0; t < length; t++) {
      const row = t * tags
      for (let i = tokens[start + t]; i < tokens[start + t + 1]; i++)
        for (let at = bundles[bundlesOf[i]]; at < bundles[bundlesOf[i] + 1]; at++)
          for (let p = first[ids[at]]; p < first[ids[at] + 1]; p++) rows[row + tagOf[p]] += weights[p]
    }
    return rows
  }
}

/** The probabilities of the steps into token `t`, `[from, to]`. */
function scaledSteps({ chain, alpha, beta, weight }: ScaledLattice, t: number): Float64Array {
  const { tags } = chain
  const { score } = stepsInto(chain, t).weights
  const found = new Float64Array(tags * tags)
  const row = t * tags
  for (let k = 0; k < tags; k++) {
    const right = weight[row + k] * beta[row + k]
    for (let j = 0; j < tags; j++) found[j * tags + k] = alpha[row - tags + j] * score[k * tags + j] * right
  }
  return found
}

/** As `scaledSteps`. */
function logSteps({ chain, alpha, beta, emissions, logPartition }: Lattice, t: number): Float64Array {
  const { tags } = chain
  const { score } = stepsInto(chain, t)
  const found = new Float64Array(tags * tags)
  const row = t * tags
  for (let k = 0; k < tags; k++)
    for (let j = 0; j < tags; j++)
      found[j * tags + k] = Math.exp(
        alpha[row - tags + j] + score[k * tags + j] + emissions[row + k] + beta[row + k] - logPartition,
      )
  return found
}
