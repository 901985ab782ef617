import type { Chain } from './chain.js'
import { forwardBackward, spanProbability, tagMarginals } from './marginals.js'
import { scaledForwardBackward, scaledMarginals, scaledSpanProbability } from './scaled-lattice.js'

/** The probabilities of a sentence's taggings. */
export interface Probabilities {
  /** log Σ over every legal tag sequence. */
  readonly logPartition: number
  /** The probability of each tag at each token, row-major `[length, tags]`; each row sums to 1. */
  tagMarginals(): Float64Array
  /** See `spanProbability`. */
  spanProbability(
    start: number,
    path: ArrayLike<number>,
    opens: (previous: number) => boolean,
    closes: (next: number) => boolean,
  ): number
}

/**
 * Sums over all taggings of a sentence: with scaled factors where they do, else in log space, which is slower.
 * @param needed where the first span ends whose probability is asked for; default: anything may be asked for
 */
export function probabilities(
  emissions: ArrayLike<number>,
  length: number,
  chain: Chain,
  needed = 0,
): Probabilities {
  const scaled = scaledForwardBackward(emissions, length, chain, Math.min(needed, length - 1))
  if (scaled)
    return {
      logPartition: scaled.logPartition,
      tagMarginals: () => scaledMarginals(scaled),
      spanProbability: (...span) => scaledSpanProbability(scaled, ...span),
    }
  const lattice = forwardBackward(emissions, length, chain)
  return {
    logPartition: lattice.logPartition,
    tagMarginals: () => tagMarginals(lattice),
    spanProbability: (...span) => spanProbability(lattice, ...span),
  }
}
