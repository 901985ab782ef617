import { type Chain, type StepScores, stepScores } from '../../decode/chain.js'
import type { CrfData } from './training-data.js'

/** Features of steps: lists of them by bundle, and where the weights of each are. */
export interface StepFeatures {
  readonly tags: number
  /** The features of bundle `b` are `ids[ends[b] … ends[b + 1] − 1]`. */
  readonly ends: Int32Array
  readonly ids: Int32Array
  /** As `CrfData` has them. */
  readonly first: Int32Array
  /** The pair of tags that a weight is of: its place in `[from, to]`. */
  readonly pairOf: (p: number) => number
}

/** Those of training data; absent where no template is about steps. */
export function stepFeaturesOf({
  tags,
  stepBundles,
  bundles,
  ids,
  first,
  tagOf,
}: CrfData): StepFeatures | undefined {
  if (stepBundles.length === 0) return undefined
  return { tags, ends: bundles, ids, first, pairOf: p => tagOf[p] - tags }
}

/** Calls `found` with each weight of a bundle (−1 has none), by number, and the pair of tags that it is of. */
export function eachWeight(
  { ends, ids, first, pairOf }: StepFeatures,
  bundle: number,
  found: (p: number, pair: number) => void,
): void {
  if (bundle < 0) return
  for (let i = ends[bundle]; i < ends[bundle + 1]; i++)
    for (let p = first[ids[i]]; p < first[ids[i] + 1]; p++) found(p, pairOf(p))
}

/** What a bundle adds to the scores of steps, `[from, to]`. */
export function bundleSteps(features: StepFeatures, bundle: number, weights: Float64Array): Float64Array {
  const more = new Float64Array(features.tags ** 2)
  eachWeight(features, bundle, (p, pair) => {
    more[pair] += weights[p]
  })
  return more
}

/** Scores of the steps into tokens, by their bundles; −1 for none. */
export function chainSteps(
  features: StepFeatures,
  chain: Chain,
  bundles: ArrayLike<number>,
  weights: Float64Array,
): StepScores[] {
  return Array.from(bundles, bundle =>
    bundle < 0 ? chain : stepScores(chain, bundleSteps(features, bundle, weights)),
  )
}
