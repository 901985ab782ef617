import { textOf } from '../corpus/sentence-text.js'
import { guessedF1, memorizedNames } from '../evaluate/baselines.js'
import { breakdowns, type TrainingMentions } from '../evaluate/breakdown.js'
import { calibration, fitScoreTemperature, type Judged, scaleScore } from '../evaluate/calibration.js'
import { countErrors } from '../evaluate/entity-errors.js'
import {
  type CostlyConfusion,
  costlyConfusions,
  type ListedEntity,
  type ListedError,
  listErrors,
  suspectLabels,
} from '../evaluate/error-list.js'
import { isSameSpan, type ScoredSentence } from '../evaluate/scored-sentence.js'
import type { Scores } from '../evaluate/scores.js'
import { sentenceCounts } from '../evaluate/sentence-counts.js'
import { bootstrapIntervals } from '../evaluate/significance.js'
import type { SourceReport } from '../evaluate/source-tally.js'
import { thresholdCurves } from '../evaluate/threshold-curve.js'
import { chooseSentences } from './choose-sentences.js'
import { type Capped, capped, clip, spread, TYPE_LENGTH } from './clip.js'
import type { CalibrationData, EvaluationData, RawText, SuspectLabels, ThresholdData } from './report-data.js'

export interface EvaluationInput {
  /** File name of the corpus. */
  readonly corpus: string
  /** Whether training chose its epoch by this corpus. */
  readonly chosenOn: boolean
  readonly scores: Scores
  /** The same sentences that `scores` is of. */
  readonly sentences: readonly ScoredSentence[]
  /** Mentions of the training data, for seen and unseen ones. */
  readonly training?: TrainingMentions
  readonly rawText?: RawText
  /** What the parts of the recognizer found, where it has several. */
  readonly parts?: SourceReport
  /** A temperature fitted on another corpus; without one it is fitted on this. */
  readonly temperature?: { readonly value: number; readonly fittedOn: string }
}

const CONFUSIONS = 30
const CURVE_POINTS = 120
const TYPES = 40
const SUSPECTS = 100
const SUSPECT_SCORE = 0.9
/** Draws of the bootstrap in all, so that large corpora take no longer; never fewer than 100 samples. */
const BOOTSTRAP_DRAWS = 5_000_000

/**
 * What a report says about one tagging of one corpus.
 *
 * @example
 * const data = evaluationData({ corpus: 'dev.conll', chosenOn: false, scores: scoreTags(gold, predicted), sentences })
 */
export function evaluationData(input: EvaluationInput): EvaluationData {
  const { corpus, chosenOn, scores, training, rawText, parts } = input
  const sentences = input.sentences.map(withText)
  const errors = listErrors(sentences)
  const confusions = costlyConfusions(errors)
  const judged = judge(sentences)
  const samples = Math.max(100, Math.min(1000, Math.floor(BOOTSTRAP_DRAWS / Math.max(1, sentences.length))))
  return {
    corpus,
    chosenOn,
    scores,
    ...(rawText && { rawText }),
    ...(parts && { parts: clippedParts(parts) }),
    intervals: bootstrapIntervals(
      sentences.map(({ gold, predicted }) => sentenceCounts(gold, predicted)),
      { samples },
    ),
    baselines: {
      ...(training && { memorized: memorizedNames(sentences, training) }),
      guessed: guessedF1(sentences),
    },
    errorCounts: countErrors(errors),
    confusions: capped(confusions, CONFUSIONS),
    errors: chooseErrors(errors, confusions),
    breakdowns: breakdowns(sentences, training),
    sentences: chooseSentences(sentences),
    ...(judged.length > 0 && {
      calibration: calibrate(judged, input),
      thresholds: thresholds(sentences),
      suspects: suspectData(errors, 'one-model', corpus),
    }),
  }
}

/** Parts and conflicts that are listed. */
const PARTS = 200

function clippedParts({ sources, conflicts }: SourceReport): SourceReport {
  return {
    sources: Object.fromEntries(Object.entries(sources).slice(0, PARTS)),
    conflicts: conflicts.slice(0, PARTS),
  }
}

/** A sentence with the text that is shown; one is put together from the tokens where there is none. */
function withText(sentence: ScoredSentence): ScoredSentence {
  return sentence.text !== undefined && sentence.offsets !== undefined
    ? sentence
    : { ...sentence, ...textOf({ tokens: sentence.tokens, tags: [], lines: [] }) }
}

/** Every predicted entity that has a score. */
function judge(sentences: readonly ScoredSentence[]): Judged[] {
  return sentences.flatMap(({ gold, predicted }) =>
    predicted.flatMap(span =>
      span.score === undefined ? [] : [{ score: span.score, correct: gold.some(g => isSameSpan(g, span)) }],
    ),
  )
}

function calibrate(judged: readonly Judged[], { corpus, temperature }: EvaluationInput): CalibrationData {
  const value = temperature?.value ?? fitScoreTemperature(judged).temperature
  return {
    raw: calibration(judged),
    scaled: calibration(judged.map(({ score, correct }) => ({ score: scaleScore(score, value), correct }))),
    temperature: value,
    fittedOn: temperature?.fittedOn ?? corpus,
  }
}

function thresholds(sentences: readonly ScoredSentence[]): ThresholdData {
  const { all, types } = thresholdCurves(sentences)
  const best = all.best && { best: all.best }
  return {
    all: spread(all.points, CURVE_POINTS),
    ...best,
    types: Object.entries(types)
      .flatMap(([type, curve]) => {
        const everything = curve.points.at(-1)
        return curve.best && everything ? [{ type, best: curve.best, everything }] : []
      })
      .sort((a, b) => b.everything.gold - a.everything.gold)
      .slice(0, TYPES),
  }
}

/**
 * Gold labels to review, from errors whose predictions have scores.
 * @param by who made the predictions: models that were not trained on the sentences, or the model of the report
 */
export function suspectData(
  errors: readonly ListedError[],
  by: SuspectLabels['by'],
  corpus: string,
): SuspectLabels {
  const listed = suspectLabels(errors, SUSPECT_SCORE)
  return { ...capped(listed.map(shorten), SUSPECTS), minScore: SUSPECT_SCORE, by, corpus }
}

/** Errors that are listed. */
const LIMIT = 500
/** Errors of each confusion that are listed at least. */
const LEAST = 3
const MENTION = 120
const CONTEXT = 120

/**
 * The errors that a report lists: all, or each group's share of very many; groups that cost most first, and within a
 * group the most confident errors first.
 * @param confusions the groups of these errors, most costly first
 */
function chooseErrors(
  errors: readonly ListedError[],
  confusions: readonly CostlyConfusion[],
): Capped<ListedError> {
  const groups = new Map<string, ListedError[]>(confusions.map(group => [keyOf(group), []]))
  for (const error of errors)
    groups
      .get(keyOf({ kind: error.kind, gold: error.gold?.type, predicted: error.predicted?.type }))
      ?.push(error)
  const scoreOf = (error: ListedError) => error.predicted?.score ?? 0
  const chosen = [...groups.values()].flatMap(group => {
    const quota =
      errors.length <= LIMIT
        ? group.length
        : Math.max(LEAST, Math.floor((LIMIT * group.length) / errors.length))
    return group.sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, quota)
  })
  return { items: chosen.slice(0, LIMIT).map(shorten), total: errors.length }
}

function keyOf({ kind, gold, predicted }: Pick<CostlyConfusion, 'kind' | 'gold' | 'predicted'>): string {
  return JSON.stringify([kind, gold, predicted])
}

/** An error with long texts cut; of the context, what is next to the error is kept. */
function shorten(error: ListedError): ListedError {
  const { where, gold, predicted, before, text, after } = error
  const entity = <T extends ListedEntity>(of: T): T => ({
    ...of,
    text: clip(of.text, MENTION),
    type: clip(of.type, TYPE_LENGTH),
  })
  return {
    ...error,
    ...(where !== undefined && { where: clip(where, MENTION) }),
    ...(gold && { gold: entity(gold) }),
    ...(predicted && { predicted: entity(predicted) }),
    before: before.length > CONTEXT ? `…${before.slice(1 - CONTEXT)}` : before,
    text: clip(text, 2 * MENTION),
    after: clip(after, CONTEXT),
  }
}
