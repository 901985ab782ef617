import type { Sentence } from '../corpus/sentence.js'
import { scorePairs } from '../evaluate/score-tags.js'
import type { ScoreMode, Scores } from '../evaluate/scores.js'
import { predictCorpus } from '../recognize/predict-corpus.js'
import type { Recognizer } from '../recognize/recognizer.js'
import type { DetectedScheme } from '../tags/detect-scheme.js'
import type { Scheme } from '../tags/scheme.js'

export interface EvaluateOptions {
  /** How entities are read from tags. Default: `conlleval`. */
  readonly mode?: ScoreMode
  /** Leaves out entities that the recognizer gives a lower score; default: 0. */
  readonly minScore?: number
  /** Stops between two batches of sentences; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** Labeled sentences and the scheme of their tags, such as `loadCorpus` returns. */
export interface LabeledSentences {
  readonly sentences: readonly Sentence[]
  readonly scheme: Scheme | DetectedScheme
}

/**
 * Tags a labeled corpus and scores the result: what `nerite evaluate` prints. Works with any recognizer.
 *
 * @throws EncodeError for columns that the recognizer needs and the corpus does not have; TagError for labels that are no tags
 * @example
 * const { exact } = await evaluate(tagger, await loadCorpus('test.conll'))
 * console.log(exact.micro.f1, exact.types.PER?.recall)
 */
export async function evaluate(
  recognizer: Recognizer,
  { sentences, scheme }: LabeledSentences,
  { mode, minScore, signal }: EvaluateOptions = {},
): Promise<Scores> {
  const own = typeof scheme === 'string' ? scheme : scheme.scheme
  return scorePairs(predictCorpus(recognizer, sentences, own, { minScore, signal }), { mode, scheme: own })
}
