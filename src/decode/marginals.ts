import { type Chain, stepsInto } from './chain.js'

/** Forward and backward scores of a sentence, in log space, row-major `[length, tags]` (Lafferty et al. 2001). */
export interface Lattice {
  readonly length: number
  readonly chain: Chain
  readonly emissions: ArrayLike<number>
  /** log Σ over prefixes that end in this tag here, this token's emission included. */
  readonly alpha: Float64Array
  /** log Σ over suffixes after this tag here, this token's emission excluded. */
  readonly beta: Float64Array
  /** log Σ over every legal tag sequence. */
  readonly logPartition: number
}

/** Runs the forward–backward algorithm over `[length, tags]` emissions. */
export function forwardBackward(emissions: ArrayLike<number>, length: number, chain: Chain): Lattice {
  const { tags, first, from } = chain
  const alpha = new Float64Array(length * tags)
  const beta = new Float64Array(length * tags).fill(Number.NEGATIVE_INFINITY)
  for (let k = 0; k < tags; k++) alpha[k] = chain.start[k] + emissions[k]
  for (let t = 1; t < length; t++) {
    const row = t * tags
    const { score } = stepsInto(chain, t)
    for (let k = 0; k < tags; k++) {
      let top = Number.NEGATIVE_INFINITY
      for (let i = first[k]; i < first[k + 1]; i++)
        top = Math.max(top, alpha[row - tags + from[i]] + score[i])
      if (top === Number.NEGATIVE_INFINITY) {
        alpha[row + k] = top
        continue
      }
      let sum = 0
      for (let i = first[k]; i < first[k + 1]; i++)
        sum += Math.exp(alpha[row - tags + from[i]] + score[i] - top)
      alpha[row + k] = top + Math.log(sum) + emissions[row + k]
    }
  }
  const last = (length - 1) * tags
  for (let k = 0; k < tags; k++) beta[last + k] = chain.end[k]
  for (let t = length - 1; t > 0; t--) {
    const row = t * tags
    const { score } = stepsInto(chain, t)
    for (let k = 0; k < tags; k++) {
      const right = emissions[row + k] + beta[row + k]
      if (right === Number.NEGATIVE_INFINITY) continue
      for (let i = first[k]; i < first[k + 1]; i++) {
        const cell = row - tags + from[i]
        beta[cell] = logAdd(beta[cell], score[i] + right)
      }
    }
  }
  let logPartition = Number.NEGATIVE_INFINITY
  for (let k = 0; k < tags; k++) logPartition = logAdd(logPartition, alpha[last + k] + chain.end[k])
  return { length, chain, emissions, alpha, beta, logPartition }
}

/** The probability of each tag at each token, row-major `[length, tags]`; each row sums to 1. */
export function tagMarginals(lattice: Lattice): Float64Array {
  const { alpha, beta, logPartition } = lattice
  return alpha.map((value, i) => Math.exp(value + beta[i] - logPartition))
}

/**
 * The probability that the tokens from `start` have exactly the tags of `path`, and that the tags around them bound the
 * entity: the one before (if any) satisfies `opens`, the one after (if any) satisfies `closes`. This is the model's own
 * probability of an entity with its boundaries, summed over every tagging of the rest of the sentence.
 *
 * @returns a probability in [0, 1]
 */
export function spanProbability(
  lattice: Lattice,
  start: number,
  path: ArrayLike<number>,
  opens: (previous: number) => boolean,
  closes: (next: number) => boolean,
): number {
  const { chain, emissions, alpha, beta, length, logPartition } = lattice
  const { tags, first, from } = chain
  const head = path[0]
  let total = Number.NEGATIVE_INFINITY
  if (start === 0) total = chain.start[head]
  else {
    const { score } = stepsInto(chain, start)
    for (let i = first[head]; i < first[head + 1]; i++)
      if (opens(from[i])) total = logAdd(total, alpha[(start - 1) * tags + from[i]] + score[i])
  }
  total += emissions[start * tags + head]
  for (let n = 1; n < path.length; n++)
    total += stepScore(chain, start + n, path[n - 1], path[n]) + emissions[(start + n) * tags + path[n]]
  const tail = path[path.length - 1]
  const end = start + path.length
  if (end === length) return Math.exp(total + chain.end[tail] - logPartition)
  let rest = Number.NEGATIVE_INFINITY
  for (let next = 0; next < tags; next++) {
    if (!closes(next)) continue
    const step = stepScore(chain, end, tail, next)
    if (step !== Number.NEGATIVE_INFINITY)
      rest = logAdd(rest, step + emissions[end * tags + next] + beta[end * tags + next])
  }
  return Math.exp(total + rest - logPartition)
}

function stepScore(chain: Chain, t: number, previous: number, next: number): number {
  const { score } = stepsInto(chain, t)
  for (let i = chain.first[next]; i < chain.first[next + 1]; i++)
    if (chain.from[i] === previous) return score[i]
  return Number.NEGATIVE_INFINITY
}

function logAdd(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b
  if (b === Number.NEGATIVE_INFINITY) return a
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b))
}
