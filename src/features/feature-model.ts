import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { TagLists } from '../encode/tag-lists.js'
import type { Tagging } from '../tags/tagging.js'

/** A sentence as a feature model reads it: tokens, and further columns by name. */
export interface FeatureSentence {
  readonly tokens: readonly string[]
  readonly columns?: Readonly<Record<string, readonly string[]>>
}

/** A trained model without a network: a CRF or an HMM. It computes in the calling thread and holds nothing to free. */
export interface FeatureModel {
  readonly lists: TagLists
  /** Columns that each sentence must have besides its tokens. */
  readonly columns: readonly string[]
  /** Refuses sentences whose columns hold other things than the model was trained with. @throws EncodeError `encode/column` */
  readonly checkColumns?: (sentences: readonly FeatureSentence[]) => void
  /** Tags and entities without their scores, which take longer. */
  find(sentence: FeatureSentence): Tagging
  /**
   * Tags and entities with their scores.
   * @param constraints what is known of the sentence: the result is exactly that of the taggings that agree with it
   */
  decode(sentence: FeatureSentence, constraints?: SpanConstraints): DecodedSentence
  /** The `n` likeliest taggings, likeliest first. */
  nBest(sentence: FeatureSentence, n: number): Alternative[]
  /** The probability of each tag at each token, row-major `[tokens, tags]`. */
  tagProbabilities(sentence: FeatureSentence): Float64Array
}
