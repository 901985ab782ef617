import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { FeatureModel } from '../features/feature-model.js'
import type { AttentionMap } from '../model/attention-map.js'
import { type TokenSentence, toSentence } from '../model/inputs/sentence.js'
import type { SentenceModel } from './sentence-model.js'

/** A feature model behind the interface of sentence models. It has nothing to release. */
export class FeatureTagger implements SentenceModel {
  constructor(private readonly model: FeatureModel) {}

  async tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return sentences.map(sentence => this.model.decode(toSentence(sentence)))
  }

  async tagConstrained(
    sentences: readonly TokenSentence[],
    constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]> {
    return sentences.map((sentence, i) => this.model.decode(toSentence(sentence), constraints[i]))
  }

  async nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]> {
    return sentences.map(sentence => this.model.nBest(toSentence(sentence), n))
  }

  async tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    return sentences.map(sentence => this.model.tagProbabilities(toSentence(sentence)))
  }

  seesWhole(): boolean {
    return true
  }

  async attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]> {
    return sentences.map(() => [])
  }

  async release(): Promise<void> {}
}
