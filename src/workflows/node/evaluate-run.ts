import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import type { EntityFit } from '../../corpus/entity-fit.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { otherCutNotes } from '../../corpus/segmentation.js'
import { type CharacterReport, characterReport } from '../../evaluate/character-report.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import type { ScoreMode, Scores } from '../../evaluate/scores.js'
import { characterSpans } from '../../recognize/character-spans.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import type { Tagger } from '../../recognize/tagger.js'
import { type RawScores, scoreRaw } from '../../report/node/raw-scores.js'
import { loadLabeled } from './labeled-corpus.js'

export interface Evaluation {
  readonly scores: Scores
  readonly fit: EntityFit
  readonly characters?: CharacterReport
  readonly raw?: RawScores
}

/**
 * Tags a labeled corpus and scores the result.
 * @param options `characters`: also score single characters, for a tagger that labels characters; `raw`: also tag the
 *   corpus's text by itself, without its tokens and sentences
 * @throws InputError `evaluate/characters` for characters of another tagger, and as `scoreRaw`; CorpusError as the
 *   readers do, and for a corpus without labels; EncodeError for columns that are not those of the training corpus
 */
export async function evaluateOn(
  tagger: Tagger,
  path: string,
  options: {
    readonly mode: ScoreMode
    readonly reading?: ReadOptions
    readonly characters?: boolean
    readonly raw?: boolean
  },
): Promise<Evaluation> {
  if (options.characters && tagger.info.unit !== 'character')
    throw new InputError('evaluate/characters', {
      where: option('characters'),
      expected: 'a tagger that labels characters',
      got: `a tagger of ${tagger.info.unit}s`,
      remedy: 'leave it out: this tagger gives no label to single characters',
    })
  const { mode } = options
  const corpus = await loadLabeled(path, options.reading ?? {})
  const { scheme, sentences, fit } = corpus
  tagger.checkColumns(sentences)
  for (const note of otherCutNotes(path, sentences, tagger.tokenizer.segmentation))
    options.reading?.onNote?.(note)
  const scores = await scorePairs(predictCorpus(tagger, sentences, scheme), { mode, scheme })
  const raw = options.raw ? await scoreRaw(tagger, corpus, { mode, f1: scores.exact.micro.f1 }) : undefined
  const characters = options.characters ? characterReport(await characterSpans(tagger, sentences)) : undefined
  return { scores, fit, ...(characters && { characters }), ...(raw && { raw }) }
}
