import { type Chain, createChain, stepsInto } from '../../decode/chain.js'
import { forwardBackward, tagMarginals } from '../../decode/marginals.js'
import { blockBytes, matrixBytes } from './chain-kernels.js'
import type { CrfKernels, PartLayout, PartMemory } from './part-memory.js'
import { chainSteps, eachWeight, type StepFeatures } from './step-features.js'
import { vectorsOf } from './sum-kernels.js'

/** Where a step has a smaller factor beside the likeliest, logarithms are used. */
const LEAST_STEP = 1e-140

/**
 * Minus the log-likelihood of a part of the sentences under a linear-chain CRF (Lafferty et al. 2001), and its gradient. The
 * scores of a bundle of features are added up once, however many tokens have it.
 */
export class PartLoss {
  /** `[parameters]`: that of the last `evaluate`. */
  readonly gradient: Float64Array
  private readonly layout: PartLayout
  private readonly own: Views
  /** Numbers of a row. */
  private readonly stride: number
  /** By block: what was taken from its scores. */
  private readonly shifts: Float64Array
  /** Absent where no template is about steps. */
  private readonly features: StepFeatures | undefined

  constructor(
    { memory, layout }: PartMemory,
    private readonly kernels: CrfKernels,
  ) {
    this.layout = layout
    this.stride = 2 * vectorsOf(layout.tags)
    this.own = viewsOf(memory, layout)
    this.gradient = this.own.gradient
    this.shifts = new Float64Array(2 + layout.stepBundles)
    this.features = layout.stepBundles > 0 ? stepFeaturesOf(memory, layout) : undefined
  }

  /** @param weights `[parameters]` @returns minus the log-likelihood */
  evaluate(weights: Float64Array): number {
    const { own, kernels, layout, stride } = this
    const { tags, at, bundles, parameters } = layout
    const { sentences, emissions, alpha, gold, often, gradient } = own
    own.weights.set(weights)
    gradient.fill(0)
    own.scores.fill(0)
    own.slopes.fill(0)
    const features = [at.bundles, at.bundles + 4 * bundles, at.ids, at.first, at.tagBytes] as const
    kernels.score(...features, at.weights, at.scores)
    const base = parameters - tags * tags
    const transitions = weights.subarray(base)
    const isNear = this.fillBlocks(transitions)
    let chain: Chain | undefined
    let loss = 0
    for (let s = 0; s < layout.sentences; s++) {
      const [start, end] = [sentences[s], sentences[s + 1]]
      const length = end - start
      if (length === 0) continue
      const weight = often[s]
      const [first, last] = [at.tokens + 4 * start, at.tokens + 4 * end]
      kernels.gather(first, last, at.offsets, at.scores, at.emissions)
      let score = 0
      for (let t = 0; t < length; t++) score += emissions[t * stride + gold[start + t]]
      for (let t = start + 1; t < end; t++) {
        const pair = gold[t - 1] * tags + gold[t]
        score += weights[base + pair]
        gradient[base + pair] -= weight
        if (this.features)
          eachWeight(this.features, this.bundleAt(t), (p, each) => {
            if (each !== pair) return
            score += weights[p]
            gradient[p] -= weight
          })
      }
      if (isNear && this.forward(start, end) === 1) {
        loss += weight * (this.logPartition(start, end) - score)
        this.backward(start, end, weight)
      } else {
        const none = new Float64Array(tags)
        chain ??= createChain(tags, { transitions, start: none, end: none })
        loss += weight * (this.inLogarithms(chain, start, end, weight) - score)
      }
      // The probabilities of tags, and then what is too much of them.
      for (let t = 0; t < length; t++) alpha[(t + 1) * stride + gold[start + t]] -= 1
      if (weight !== 1) for (let i = stride; i < (length + 1) * stride; i++) alpha[i] *= weight
      kernels.spread(first, last, at.offsets, at.slopes, at.alpha + 8 * stride)
    }
    this.addExpectedSteps()
    kernels.slope(...features, at.gradient, at.slopes)
    return loss
  }

  private forward(start: number, end: number): number {
    const { at } = this.layout
    const rows = [at.emissions, at.factors, at.alpha] as const
    return this.kernels.forward(at.steps + 4 * start, at.steps + 4 * end, ...rows, at.tops, at.sums)
  }

  private logPartition(start: number, end: number): number {
    const { tops, sums } = this.own
    let sum = 0
    for (let t = start; t < end; t++) sum += tops[t - start] + Math.log(sums[t - start])
    if (!this.features) return sum + (end - start - 1) * this.shifts[1]
    for (let t = start + 1; t < end; t++) sum += this.shifts[this.bundleAt(t) + 2]
    return sum
  }

  /** The bundle of steps into a token that is not the first; −1 for none. */
  private bundleAt(t: number): number {
    const { at, tags } = this.layout
    return (this.own.steps[t] - at.blocks) / blockBytes(tags) - 2
  }

  private backward(start: number, end: number, weight: number): void {
    const { at } = this.layout
    const row = 8 * this.stride
    this.own.beta.fill(1)
    const last = (end - start - 1) * row
    this.kernels.backward(
      at.steps + 4 * (end - 1),
      at.steps + 4 * start,
      at.factors + last,
      at.alpha + row + last,
      at.beta,
      weight,
    )
  }

  /** As `forward` and `backward`, for scores of any size. @returns the log of the partition */
  private inLogarithms(plain: Chain, start: number, end: number, weight: number): number {
    const { stride, layout, own, features } = this
    const length = end - start
    const bundles = Array.from({ length: length - 1 }, (_, i) => this.bundleAt(start + 1 + i))
    const chain: Chain = features
      ? { ...plain, steps: chainSteps(features, plain, bundles, own.weights) }
      : plain
    const { tags, parameters } = layout
    const base = parameters - tags * tags
    const rows = new Float64Array(length * tags)
    for (let t = 0; t < length; t++) rows.set(own.emissions.subarray(t * stride, t * stride + tags), t * tags)
    const lattice = forwardBackward(rows, length, chain)
    const { alpha, beta, logPartition } = lattice
    const expected = new Float64Array(tags * tags)
    for (let t = 1; t < length; t++) {
      const row = t * tags
      const { score } = stepsInto(chain, t)
      for (let k = 0; k < tags; k++)
        for (let j = 0; j < tags; j++) {
          const sum = alpha[row - tags + j] + score[k * tags + j] + rows[row + k] + beta[row + k]
          expected[j * tags + k] = weight * Math.exp(sum - logPartition)
        }
      for (let pair = 0; pair < expected.length; pair++) own.gradient[base + pair] += expected[pair]
      if (features)
        eachWeight(features, bundles[t - 1], (p, pair) => {
          own.gradient[p] += expected[pair]
        })
    }
    const marginals = tagMarginals(lattice)
    for (let t = 0; t < length; t++)
      own.alpha.set(marginals.subarray(t * tags, (t + 1) * tags), (t + 1) * stride)
    return logPartition
  }

  /** The factors of steps, divided by the largest. @returns whether none is too small beside it */
  private fillBlocks(transitions: Float64Array): boolean {
    const { features, own } = this
    let isNear = true
    own.blocks.forEach((matrices, i) => {
      const scores = transitions.slice()
      if (features)
        eachWeight(features, i - 1, (p, pair) => {
          scores[pair] += own.weights[p]
        })
      const shift = scores.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)
      this.shifts[i + 1] = shift
      if (!this.fillBlock(matrices, scores, shift)) isNear = false
    })
    return isNear
  }

  private fillBlock(matrices: Matrices, scores: Float64Array, shift: number): boolean {
    const { stride } = this
    const { tags } = this.layout
    const [factors, turned, expected] = matrices
    let isNear = true
    expected.fill(0)
    for (let from = 0; from < tags; from++)
      for (let to = 0; to < tags; to++) {
        const factor = Math.exp(scores[from * tags + to] - shift)
        if (!(factor >= LEAST_STEP)) isNear = false
        factors[from * stride + to] = factor
        factors[from * stride + stride - 1] = factor
        turned[to * stride + from] = factor
      }
    return isNear
  }

  private addExpectedSteps(): void {
    const { stride, own, features } = this
    const { tags, parameters } = this.layout
    const base = parameters - tags * tags
    const sums = new Float64Array(tags * tags)
    own.blocks.forEach(([factors, , expected], i) => {
      for (let pair = 0; pair < sums.length; pair++) {
        const cell = Math.floor(pair / tags) * stride + (pair % tags)
        sums[pair] = factors[cell] * expected[cell]
        own.gradient[base + pair] += sums[pair]
      }
      if (features)
        eachWeight(features, i - 1, (p, pair) => {
          own.gradient[p] += sums[pair]
        })
    })
  }
}

/** Factors of steps `[from, to]`, the same `[to, from]`, and expected steps. */
type Matrices = readonly [Float64Array, Float64Array, Float64Array]

type Views = ReturnType<typeof viewsOf>

function viewsOf({ buffer }: WebAssembly.Memory, layout: PartLayout) {
  const { tags, at, parameters, sentences, tokens, bundles, longest, stepBundles } = layout
  const stride = 2 * vectorsOf(tags)
  const floats = (address: number, length: number) => new Float64Array(buffer, address, length)
  const matrix = matrixBytes(tags)
  return {
    weights: floats(at.weights, parameters),
    gradient: floats(at.gradient, parameters),
    scores: floats(at.scores, bundles * stride),
    slopes: floats(at.slopes, bundles * stride),
    sentences: new Int32Array(buffer, at.sentences, sentences + 1),
    gold: new Int32Array(buffer, at.gold, tokens),
    often: floats(at.often, sentences),
    emissions: floats(at.emissions, longest * stride),
    alpha: floats(at.alpha, (longest + 1) * stride),
    tops: floats(at.tops, longest),
    sums: floats(at.sums, longest),
    beta: floats(at.beta, stride),
    /** Addresses: from 2 GiB on, they are no int32. */
    steps: new Uint32Array(buffer, at.steps, tokens),
    /** Of all blocks but the one that sentences begin with. */
    blocks: Array.from({ length: 1 + stepBundles }, (_, i): Matrices => {
      const block = at.blocks + (1 + i) * blockBytes(tags)
      const [factors, turned, expected] = [0, 1, 2].map(each => floats(block + each * matrix, matrix / 8))
      return [factors, turned, expected]
    }),
  }
}

function stepFeaturesOf({ buffer }: WebAssembly.Memory, layout: PartLayout): StepFeatures {
  const { at, tags, features, parameters, stepBundles, stepIds } = layout
  const tagBytes = new Int32Array(buffer, at.tagBytes, parameters)
  return {
    tags,
    ends: new Int32Array(buffer, at.stepBundles, stepBundles + 1),
    ids: new Int32Array(buffer, at.stepIds, stepIds),
    first: new Int32Array(buffer, at.first, features + 1),
    pairOf: p => tagBytes[p] / 8 - tags,
  }
}
