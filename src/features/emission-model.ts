import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence, Decoder } from '../decode/decoder.js'
import type { TagLists } from '../encode/tag-lists.js'
import type { Tagging } from '../tags/tagging.js'
import type { FeatureModel, FeatureSentence } from './feature-model.js'

/** A feature model that gives each token's tags scores of their own, and leaves the sentence to a decoder. */
export abstract class EmissionModel implements FeatureModel {
  abstract readonly lists: TagLists
  abstract readonly columns: readonly string[]
  protected abstract readonly decoder: Decoder

  /** Scores of each token's tags, `[tokens, tags]`. */
  protected abstract emissions(sentence: FeatureSentence): Float64Array

  find(sentence: FeatureSentence): Tagging {
    return this.decoder.find(this.emissions(sentence), sentence.tokens.length)
  }

  decode(sentence: FeatureSentence, constraints?: SpanConstraints): DecodedSentence {
    return this.decoder.decode(this.emissions(sentence), sentence.tokens.length, constraints)
  }

  nBest(sentence: FeatureSentence, n: number): Alternative[] {
    return this.decoder.nBest(this.emissions(sentence), sentence.tokens.length, n)
  }

  tagProbabilities(sentence: FeatureSentence): Float64Array {
    return this.decoder.marginals(this.emissions(sentence), sentence.tokens.length)
  }
}
