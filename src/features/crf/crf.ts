import { Decoder } from '../../decode/decoder.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { EmissionModel } from '../emission-model.js'
import type { FeatureSentence } from '../feature-model.js'
import type { FeatureIndex } from './feature-index.js'

/** The numbers of a CRF. */
export interface CrfWeights {
  /** The weights of feature `f` are those of tags `tags[first[f] … first[f + 1] − 1]`. `[features + 1]` */
  readonly first: Int32Array
  readonly tags: Int32Array
  readonly weights: Float32Array
  /** Row-major `[from, to]`. */
  readonly transitions: Float32Array
}

/**
 * A linear-chain conditional random field over sparse features: the score of a tagging is the sum of the weights of its
 * features and of its steps between tags.
 *
 * @example
 * new Crf(lists, index, weights, { constrained: true }).decode({ tokens: ['Ada', 'wrote'] }).spans
 */
export class Crf extends EmissionModel {
  readonly columns: readonly string[]
  protected readonly decoder: Decoder

  constructor(
    readonly lists: TagLists,
    readonly index: FeatureIndex,
    readonly weights: CrfWeights,
    { constrained, columns = [] }: { readonly constrained: boolean; readonly columns?: readonly string[] },
  ) {
    super()
    this.columns = columns
    const none = new Float32Array(lists.tags.length)
    this.decoder = new Decoder(lists.tags, lists.scheme, {
      constrained,
      scores: { transitions: weights.transitions, start: none, end: none },
    })
  }

  /** Scores of each token's tags, `[tokens, tags]`. */
  protected emissions(sentence: FeatureSentence): Float64Array {
    const { first, tags, weights } = this.weights
    const count = this.lists.tags.length
    const rows = new Float64Array(sentence.tokens.length * count)
    this.index.read(sentence, (t, id) => {
      const row = t * count
      for (let p = first[id]; p < first[id + 1]; p++) rows[row + tags[p]] += weights[p]
    })
    return rows
  }
}
