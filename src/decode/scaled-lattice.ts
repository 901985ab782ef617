/**
 * Forward and backward probabilities without a logarithm or an exponential per step: each token's are divided by their
 * sum (Rabiner 1989, section V). `marginals.ts` computes the same in log space, for scores that are too far apart for this.
 */
import { type Chain, LEAST_FACTOR, stepsInto } from './chain.js'

/** Row-major `[length, tags]`, each: `alpha` times `beta` is the probability of a tag at a token. */
export interface ScaledLattice {
  readonly length: number
  readonly chain: Chain
  /** Probability of each tag given the tokens so far. Each row sums to 1. */
  readonly alpha: Float64Array
  /** 0 for tokens before the first one that it was asked for. */
  readonly beta: Float64Array
  /** exp(emission), divided by what makes `alpha` sum to 1. */
  readonly weight: Float64Array
  /** What the last token's `alpha`, times exp(end), sums to. */
  readonly ending: number
  /** log Σ over every legal tag sequence. */
  readonly logPartition: number
}

/** A smaller share of a token's probability has lost digits, or soon will. */
const LEAST = 1e-250

/**
 * Runs the forward–backward algorithm over `[length, tags]` emissions.
 * @param needed the first token whose `beta` is needed, at most the last one
 * @returns `undefined` where scores are so far apart that a legal tag's share becomes too small for a number
 */
export function scaledForwardBackward(
  emissions: ArrayLike<number>,
  length: number,
  chain: Chain,
  needed = 0,
): ScaledLattice | undefined {
  const { tags, first, from } = chain
  const { start, end } = chain.weights
  const alpha = new Float64Array(length * tags)
  const weight = new Float64Array(length * tags)
  // Absent once a legal sequence can have any tag.
  let reached: Uint8Array | undefined = new Uint8Array(tags)
  let logPartition = 0
  for (let t = 0; t < length; t++) {
    const row = t * tags
    const { score, shift } = stepsInto(chain, t).weights
    let top = Number.NEGATIVE_INFINITY
    for (let k = 0; k < tags; k++) top = Math.max(top, emissions[row + k])
    let sum = 0
    for (let k = 0; k < tags; k++) {
      const own = Math.exp(emissions[row + k] - top)
      if (own < LEAST_FACTOR) return undefined
      let before = 0
      if (t === 0) before = start[k]
      else for (let i = first[k]; i < first[k + 1]; i++) before += alpha[row - tags + from[i]] * score[i]
      weight[row + k] = own
      alpha[row + k] = before * own
      sum += before * own
    }
    if (!(sum > LEAST && sum < Number.POSITIVE_INFINITY)) return undefined
    reached = reached && reachable(chain, t, reached)
    for (let k = 0; k < tags; k++) {
      weight[row + k] /= sum
      alpha[row + k] /= sum
      if (!(alpha[row + k] > LEAST) && (reached === undefined || reached[k] === 1)) return undefined
    }
    logPartition += top + Math.log(sum) + (t === 0 ? 0 : shift)
  }
  const last = (length - 1) * tags
  let ending = 0
  for (let k = 0; k < tags; k++) ending += alpha[last + k] * end[k]
  if (!(ending > LEAST && ending < Number.POSITIVE_INFINITY)) return undefined
  const beta = backward(chain, weight, length, ending, needed)
  return beta && { length, chain, alpha, beta, weight, ending, logPartition: logPartition + Math.log(ending) }
}

function backward(
  chain: Chain,
  weight: Float64Array,
  length: number,
  ending: number,
  needed: number,
): Float64Array | undefined {
  const { tags, first, from } = chain
  const { end } = chain.weights
  const beta = new Float64Array(length * tags)
  const last = (length - 1) * tags
  for (let k = 0; k < tags; k++) beta[last + k] = end[k] / ending
  for (let t = length - 1; t > needed; t--) {
    const row = t * tags
    const { score } = stepsInto(chain, t).weights
    for (let k = 0; k < tags; k++) {
      const right = weight[row + k] * beta[row + k]
      if (right === 0) continue
      if (!(right < Number.POSITIVE_INFINITY)) return undefined
      for (let i = first[k]; i < first[k + 1]; i++) beta[row - tags + from[i]] += right * score[i]
    }
  }
  return beta
}

/** Which tags a legal sequence can have at token `t`; `undefined` if any, here and at all later tokens. */
function reachable(
  { tags, start, first, from }: Chain,
  t: number,
  before: Uint8Array,
): Uint8Array | undefined {
  const reached = Uint8Array.from({ length: tags }, (_, k) => {
    if (t === 0) return start[k] === Number.NEGATIVE_INFINITY ? 0 : 1
    for (let i = first[k]; i < first[k + 1]; i++) if (before[from[i]] === 1) return 1
    return 0
  })
  const isAny = reached.every((each, k) => each === 1 && first[k + 1] > first[k])
  return isAny ? undefined : reached
}

/** As `tagMarginals`. */
export function scaledMarginals({ alpha, beta }: ScaledLattice): Float64Array {
  return alpha.map((value, i) => value * beta[i])
}

/** As `spanProbability`. */
export function scaledSpanProbability(
  { chain, alpha, beta, weight, length, ending }: ScaledLattice,
  start: number,
  path: ArrayLike<number>,
  opens: (previous: number) => boolean,
  closes: (next: number) => boolean,
): number {
  const { tags, first, from, weights } = chain
  const head = path[0]
  let total = start === 0 ? weights.start[head] : 0
  if (start > 0) {
    const { score } = stepsInto(chain, start).weights
    for (let i = first[head]; i < first[head + 1]; i++)
      if (opens(from[i])) total += alpha[(start - 1) * tags + from[i]] * score[i]
  }
  total *= weight[start * tags + head]
  for (let n = 1; n < path.length; n++)
    total *= step(chain, start + n, path[n - 1], path[n]) * weight[(start + n) * tags + path[n]]
  const tail = path[path.length - 1]
  const end = start + path.length
  if (end === length) return (total * weights.end[tail]) / ending
  let rest = 0
  for (let next = 0; next < tags; next++) {
    const cell = end * tags + next
    if (closes(next)) rest += step(chain, end, tail, next) * weight[cell] * beta[cell]
  }
  return total * rest
}

function step(chain: Chain, t: number, previous: number, next: number): number {
  const { first, from } = chain
  const { score } = stepsInto(chain, t).weights
  for (let i = first[next]; i < first[next + 1]; i++) if (from[i] === previous) return score[i]
  return 0
}
