import { collect } from '../base/collect.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import type { AnnotatedSentence, AnnotatedText, Reading } from './annotated-text.js'
import type { Recognizer } from './recognizer.js'
import { sentencesOfText } from './sentences-of-text.js'

/** What is asked for besides entities, sentences, tokens and tags. */
export interface AnalyzeOptions {
  /** How many of the likeliest readings of each sentence, 1 to 1000; default: none. */
  readonly readings?: number
  /** The probability of each tag at each token; default: false. */
  readonly probabilities?: boolean
  /** What attention looked at, in sentences that the model sees at once; default: false. */
  readonly attention?: boolean
}

/** A tagged sentence with what was asked for. */
export interface AnalyzedSentence extends AnnotatedSentence {
  /** Likeliest first. */
  readonly readings?: readonly Reading[]
  /** Row-major `[tokens, tags]`; tags as in `info.tags`. */
  readonly probabilities?: Float64Array
  /** One map per head; empty for a model without attention, and for a sentence that it does not see at once. */
  readonly attention?: readonly AttentionMap[]
}

/** A text with its entities, and its sentences with what was asked for. */
export interface AnalyzedText extends AnnotatedText {
  readonly sentences: readonly AnalyzedSentence[]
}

/**
 * What a trained tagger knows of some texts beyond their entities.
 * @throws InputError `predict/kind` where more than sentences is asked for and the recognizer is no trained tagger
 */
export async function analyzeTexts(
  recognizer: Recognizer,
  texts: readonly string[],
  { readings, probabilities = false, attention = false }: AnalyzeOptions,
): Promise<AnalyzedText[]> {
  const found: readonly AnalyzedText[] = await collect<AnnotatedText>(
    readings === undefined ? recognizer.annotate(texts) : recognizer.annotateNBest(texts, readings),
  )
  const sentences = found.flatMap(text => sentencesOfText(text.sentences, recognizer.info.context))
  const chances = probabilities ? await recognizer.tagProbabilities(sentences) : undefined
  const maps = attention ? await attentionOf(recognizer, sentences) : undefined
  let next = 0
  return found.map(text => ({
    ...text,
    sentences: text.sentences.map(sentence => {
      const i = next++
      return {
        ...sentence,
        ...(chances && { probabilities: chances[i] }),
        ...(maps && { attention: maps[i] }),
      }
    }),
  }))
}

async function attentionOf(
  recognizer: Recognizer,
  sentences: readonly TokenSentence[],
): Promise<(readonly AttentionMap[])[]> {
  const seen = sentences.filter(sentence => recognizer.seesWhole(sentence))
  const maps = await recognizer.attention(seen)
  let next = 0
  return sentences.map(sentence => (recognizer.seesWhole(sentence) ? maps[next++] : []))
}
