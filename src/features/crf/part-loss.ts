import { type Chain, createChain } from '../../decode/chain.js'
import { forwardBackward, tagMarginals } from '../../decode/marginals.js'
import { blockBytes, matrixBytes } from './chain-kernels.js'
import type { CrfKernels, PartLayout, PartMemory } from './part-memory.js'
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

  constructor(
    { memory, layout }: PartMemory,
    private readonly kernels: CrfKernels,
  ) {
    this.layout = layout
    this.stride = 2 * vectorsOf(layout.tags)
    this.own = viewsOf(memory, layout)
    this.gradient = this.own.gradient
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
    const { shift, isNear } = this.fillBlock(transitions)
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
        const step = base + gold[t - 1] * tags + gold[t]
        score += weights[step]
        gradient[step] -= weight
      }
      if (isNear && this.forward(start, end) === 1) {
        loss += weight * (this.logPartition(length, shift) - score)
        this.backward(start, end, weight)
      } else {
        const none = new Float64Array(tags)
        chain ??= createChain(tags, { transitions, start: none, end: none })
        loss += weight * (this.inLogarithms(chain, length, weight) - score)
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

  private logPartition(length: number, shift: number): number {
    const { tops, sums } = this.own
    let sum = (length - 1) * shift
    for (let t = 0; t < length; t++) sum += tops[t] + Math.log(sums[t])
    return sum
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
  private inLogarithms(chain: Chain, length: number, weight: number): number {
    const { stride, layout, own } = this
    const { tags, parameters } = layout
    const base = parameters - tags * tags
    const rows = new Float64Array(length * tags)
    for (let t = 0; t < length; t++) rows.set(own.emissions.subarray(t * stride, t * stride + tags), t * tags)
    const lattice = forwardBackward(rows, length, chain)
    const { alpha, beta, logPartition } = lattice
    for (let row = tags; row < length * tags; row += tags)
      for (let k = 0; k < tags; k++)
        for (let j = 0; j < tags; j++) {
          const score = alpha[row - tags + j] + chain.score[k * tags + j] + rows[row + k] + beta[row + k]
          own.gradient[base + j * tags + k] += weight * Math.exp(score - logPartition)
        }
    const marginals = tagMarginals(lattice)
    for (let t = 0; t < length; t++)
      own.alpha.set(marginals.subarray(t * tags, (t + 1) * tags), (t + 1) * stride)
    return logPartition
  }

  /** The factors of steps, divided by the largest. */
  private fillBlock(transitions: Float64Array): { readonly shift: number; readonly isNear: boolean } {
    const { stride, own } = this
    const { tags } = this.layout
    const [factors, turned, expected] = own.matrices
    const shift = transitions.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)
    let isNear = true
    expected.fill(0)
    for (let from = 0; from < tags; from++)
      for (let to = 0; to < tags; to++) {
        const factor = Math.exp(transitions[from * tags + to] - shift)
        if (!(factor >= LEAST_STEP)) isNear = false
        factors[from * stride + to] = factor
        factors[from * stride + stride - 1] = factor
        turned[to * stride + from] = factor
      }
    return { shift, isNear }
  }

  private addExpectedSteps(): void {
    const { stride, own } = this
    const { tags, parameters } = this.layout
    const [factors, , expected] = own.matrices
    const base = parameters - tags * tags
    for (let from = 0; from < tags; from++)
      for (let to = 0; to < tags; to++)
        own.gradient[base + from * tags + to] += factors[from * stride + to] * expected[from * stride + to]
  }
}

type Views = ReturnType<typeof viewsOf>

function viewsOf({ buffer }: WebAssembly.Memory, layout: PartLayout) {
  const { tags, at, parameters, sentences, tokens, bundles, longest } = layout
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
    /** Factors of steps `[from, to]`, the same `[to, from]`, and expected steps. */
    matrices: [0, 1, 2].map(i => floats(at.blocks + blockBytes(tags) + i * matrix, matrix / 8)),
  }
}
