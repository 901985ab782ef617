import type { Crf } from './crf.js'

/** One weight of a CRF: of a feature with a tag. */
export interface FeatureWeight {
  /** The template with the value that it found: `lower@-1=the`. */
  readonly feature: string
  readonly weight: number
}

/** What a CRF learned, as far as it can be shown. */
export interface LearnedWeights {
  /** How many features have a weight, and how many weights there are. */
  readonly features: number
  readonly weights: number
  /** Every step from tag to tag, the largest weight first. */
  readonly transitions: readonly { readonly from: string; readonly to: string; readonly weight: number }[]
  /** By tag: the features that speak most for it, and those that speak most against it. */
  readonly tags: readonly {
    readonly tag: string
    readonly strongest: readonly FeatureWeight[]
    readonly weakest: readonly FeatureWeight[]
  }[]
  /** The features of steps that speak most for one, and those that speak most against one; empty without such templates. */
  readonly steps: {
    readonly strongest: readonly StepWeight[]
    readonly weakest: readonly StepWeight[]
  }
}

/** One weight of a CRF: of a feature with a step from tag to tag. */
export interface StepWeight extends FeatureWeight {
  readonly from: string
  readonly to: string
}

/**
 * The transitions of a CRF and its strongest features by tag.
 * @param shown features of each tag, for it and against it
 */
export function learnedWeights({ lists, index, weights }: Crf, shown: number): LearnedWeights {
  const { first, tags: tagOf, weights: values, transitions } = weights
  const count = lists.tags.length
  const byTag: FeatureWeight[][] = lists.tags.map(() => [])
  const ofSteps: StepWeight[] = []
  for (const { template, value, id } of index.entries())
    for (let p = first[id]; p < first[id + 1]; p++) {
      const own = { feature: nameOf(index.templates[template].text, value), weight: values[p] }
      const pair = tagOf[p] - count
      if (pair < 0) byTag[tagOf[p]].push(own)
      else ofSteps.push({ ...own, from: lists.tags[Math.floor(pair / count)], to: lists.tags[pair % count] })
    }
  const transitionList = lists.tags.flatMap((from, i) =>
    lists.tags.map((to, k) => ({ from, to, weight: transitions[i * lists.tags.length + k] })),
  )
  return {
    features: index.size,
    weights: values.length + transitions.length,
    transitions: transitionList.sort((a, b) => b.weight - a.weight),
    tags: lists.tags.map((tag, k) => ({ tag, ...ends(byTag[k], shown) })),
    steps: ends(ofSteps, shown),
  }
}

/** The largest weights above 0 and the smallest below, from the strongest. */
function ends<Weight extends FeatureWeight>(weights: Weight[], shown: number) {
  const sorted = weights.sort((a, b) => b.weight - a.weight)
  return {
    strongest: sorted.filter(({ weight }) => weight > 0).slice(0, shown),
    weakest: sorted
      .filter(({ weight }) => weight < 0)
      .reverse()
      .slice(0, shown),
  }
}

function nameOf(template: string, value: string): string {
  return value === '' ? template : `${template}=${value}`
}
