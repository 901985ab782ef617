import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import type { UnitSequence } from '../model/inputs/units.js'
import type { Tagging } from '../tags/tagging.js'

/** Logits of what the encoder steps over. */
export interface UnitLogits {
  /** Row-major `[units, tags]`. */
  readonly logits: Float32Array
  /** The characters or pieces; absent where every token is one unit. */
  readonly units?: UnitSequence
}

/**
 * What a `Tagger` asks a trained model for: a network (`SentenceTagger`) or a feature model (`FeatureTagger`). Sentences
 * are split into tokens; results are in their order.
 */
export interface SentenceModel {
  tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]>
  /** As `tagTokens` without scores; absent from models whose scores take no time. */
  find?(sentences: readonly TokenSentence[]): Promise<Tagging[]>
  /** As `tagTokens`, under what is known of each sentence. */
  tagConstrained(
    sentences: readonly TokenSentence[],
    constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]>
  nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]>
  /** Row-major `[tokens, tags]`. */
  tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]>
  /** Whether the model sees all of a sentence at once. */
  seesWhole(sentence: TokenSentence): boolean
  /** Empty for a model without attention. */
  attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]>
  /** Of a model that labels characters. */
  unitLogits?(sentences: readonly TokenSentence[]): Promise<UnitLogits[]>
  release(): Promise<void>
}
