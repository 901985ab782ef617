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
}

/**
 * The transitions of a CRF and its strongest features by tag.
 * @param count features of each tag, for it and against it
 */
export function learnedWeights({ lists, index, weights }: Crf, count: number): LearnedWeights {
  const { first, tags: tagOf, weights: values, transitions } = weights
  const byTag: FeatureWeight[][] = lists.tags.map(() => [])
  for (const { template, value, id } of index.entries())
    for (let p = first[id]; p < first[id + 1]; p++)
      byTag[tagOf[p]].push({ feature: nameOf(index.templates[template].text, value), weight: values[p] })
  const steps = lists.tags.flatMap((from, i) =>
    lists.tags.map((to, k) => ({ from, to, weight: transitions[i * lists.tags.length + k] })),
  )
  return {
    features: index.size,
    weights: values.length + transitions.length,
    transitions: steps.sort((a, b) => b.weight - a.weight),
    tags: lists.tags.map((tag, k) => {
      const sorted = byTag[k].sort((a, b) => b.weight - a.weight)
      const against = sorted.filter(({ weight }) => weight < 0).reverse()
      return {
        tag,
        strongest: sorted.filter(({ weight }) => weight > 0).slice(0, count),
        weakest: against.slice(0, count),
      }
    }),
  }
}

function nameOf(template: string, value: string): string {
  return value === '' ? template : `${template}=${value}`
}
