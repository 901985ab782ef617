import type { StepScores } from '../decode/chain.js'
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

  /** Scores of the steps into each token but the first, where they are not the decoder's own. */
  protected steps(_sentence: FeatureSentence): readonly StepScores[] | undefined {
    return undefined
  }

  find(sentence: FeatureSentence): Tagging {
    return this.decoder.find(this.emissions(sentence), sentence.tokens.length, this.steps(sentence))
  }

  decode(sentence: FeatureSentence, constraints?: SpanConstraints): DecodedSentence {
    const { length } = sentence.tokens
    return this.decoder.decode(this.emissions(sentence), length, constraints, this.steps(sentence))
  }

  nBest(sentence: FeatureSentence, n: number): Alternative[] {
    return this.decoder.nBest(this.emissions(sentence), sentence.tokens.length, n, this.steps(sentence))
  }

  tagProbabilities(sentence: FeatureSentence): Float64Array {
    return this.decoder.marginals(this.emissions(sentence), sentence.tokens.length, this.steps(sentence))
  }
}
