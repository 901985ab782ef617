import type { ReadOptions } from '../../corpus/read-options.js'
import { type CharacterReport, characterReport } from '../../evaluate/character-report.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import type { ScoreMode, Scores } from '../../evaluate/scores.js'
import { characterSpans } from '../../recognize/character-spans.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import type { Tagger } from '../../recognize/tagger.js'
import { loadLabeled } from './labeled-corpus.js'

export interface Evaluation {
  readonly scores: Scores
  readonly characters?: CharacterReport
}

/**
 * Tags a labeled corpus and scores the result.
 * @param options `characters`: also score single characters, for a tagger that labels characters
 * @throws CorpusError as the readers do, and for a corpus without labels
 */
export async function evaluateOn(
  tagger: Tagger,
  path: string,
  options: {
    readonly mode: ScoreMode
    readonly reading?: ReadOptions
    readonly characters?: boolean
  },
): Promise<Evaluation> {
  const { scheme, sentences } = await loadLabeled(path, options.reading ?? {})
  const pairs = predictCorpus(tagger, sentences, scheme)
  const scores = await scorePairs(pairs, { mode: options.mode, scheme })
  if (!options.characters) return { scores }
  return { scores, characters: characterReport(await characterSpans(tagger, sentences)) }
}
