import type { TextSpan } from '../corpus/sentence.js'

export interface SuggestedEntity extends TextSpan {
  /** In [0, 1]: the model's probability of exactly this entity; absent for lists and rules. */
  readonly score?: number
}

/** What a model, rules or a list would label in a document. It is no label until an annotator accepts it. */
export interface Suggestion {
  readonly document: number
  /** What made it: a model, rules or a list by name. */
  readonly source: string
  readonly entities: readonly SuggestedEntity[]
  /** The negative natural logarithm of the probability of this tagging, at least 0; `null` where there are no probabilities. */
  readonly surprise: number | null
  /** Expected number of tokens whose best tag is wrong, by the model's own probabilities; `null` where there are none. */
  readonly expectedChanges: number | null
}
