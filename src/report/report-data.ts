import type { RecognizerKind } from '../config/schema.js'
import type { Breakdown } from '../evaluate/breakdown.js'
import type { Calibration } from '../evaluate/calibration.js'
import type { ErrorKind } from '../evaluate/entity-errors.js'
import type { CostlyConfusion, ListedError } from '../evaluate/error-list.js'
import type { LossShare } from '../evaluate/loss-shares.js'
import type { Prf } from '../evaluate/prf.js'
import type { PredictedSpan } from '../evaluate/scored-sentence.js'
import type { Scores } from '../evaluate/scores.js'
import type { BootstrapIntervals } from '../evaluate/significance.js'
import type { SourceReport } from '../evaluate/source-tally.js'
import type { ThresholdPoint } from '../evaluate/threshold-curve.js'
import type { LearnedWeights } from '../features/crf/strongest.js'
import type { StartEvent } from '../run/events.js'
import type { RunMetrics } from '../run/metrics.js'
import type { TokenSpan } from '../tags/span.js'
import type { Capped } from './clip.js'
import type { CorpusFacts } from './corpus-facts.js'
import type { LearningData } from './learning-data.js'

/**
 * All that a report shows, as plain JSON. Lists of sentences and errors are capped and say how long they were, so it
 * does not grow with the corpus. Parts without data (no training, no scores of entities, no attention) are absent, and so
 * are their sections.
 */
export interface ReportData {
  /** What was measured, such as the run folder's name. */
  readonly title: string
  /** Who made it: name and version of the program. */
  readonly generator: string
  /** When, ISO 8601. */
  readonly made: string
  readonly evaluation: EvaluationData
  /** F1 of the same tagger elsewhere, and of others on this corpus. */
  readonly comparisons?: readonly Comparison[]
  readonly learning?: LearningData
  /** Figures of the corpora that were available. */
  readonly corpora: readonly CorpusFacts[]
  readonly probabilities?: ProbabilityData
  /** What a CRF learned. */
  readonly weights?: LearnedWeights
  readonly attention?: AttentionData
  /** What class weights and focal loss did to each tag. */
  readonly lossShares?: readonly LossShare[]
  /** What is known of the model and its training; absent if the run has no log. */
  readonly model?: ModelFacts
  /** Settings by dotted name. */
  readonly settings?: readonly (readonly [name: string, value: string])[]
  /** What the reader should know, one sentence each. */
  readonly notes: readonly string[]
}

export interface Comparison {
  /** `earlier`: an earlier run, on the corpus of this report. */
  readonly kind: 'development' | 'test' | 'earlier'
  /** File name of the corpus, or the run's name. */
  readonly name: string
  /** Of an earlier run, what it trained: `network: lstm, crf`. */
  readonly tagger?: string
  readonly f1: number | null
}

/** F1 without learning. */
export interface Baselines {
  /** The training corpus's names, marked wherever they stand; absent if it was not read. */
  readonly memorized?: Prf
  /** Guesses at any place, as many of each type and length as there are entities. */
  readonly guessed: number | null
}

export interface EvaluationData {
  /** File name of the corpus. */
  readonly corpus: string
  /** Whether training chose its epoch by this corpus, so that the scores are optimistic. */
  readonly chosenOn: boolean
  readonly scores: Scores
  readonly intervals: BootstrapIntervals
  readonly baselines: Baselines
  readonly errorCounts: Readonly<Record<ErrorKind, number>>
  readonly confusions: Capped<CostlyConfusion>
  readonly errors: Capped<ListedError>
  readonly breakdowns: readonly Breakdown[]
  readonly sentences: Capped<ShownSentence>
  readonly calibration?: CalibrationData
  readonly thresholds?: ThresholdData
  /** How well the text alone is tagged; absent where the corpus is text in our tokens, so that it would be the same. */
  readonly rawText?: RawText
  /** What the parts of a combination or the rules of a file found, and where they disagreed. */
  readonly parts?: SourceReport
  /** Gold labels that a confident model contradicts; absent if predictions have no scores. */
  readonly suspects?: SuspectLabels
}

/** Scores on the text of the corpus without its tokens and sentences. */
export interface RawText extends Prf {
  /** F1 minus the F1 on the corpus's tokens; `null` where one of them is. */
  readonly difference: number | null
  /** Whether the text was put together from tokens. */
  readonly isEstimated: boolean
}

export interface SuspectLabels extends Capped<ListedError> {
  /** The minimum score of what was predicted instead. */
  readonly minScore: number
  /** `folds`: models that were not trained on the sentence. `one-model`: the model that the report is about. */
  readonly by: 'folds' | 'one-model'
  /** File name of the corpus whose labels they are. */
  readonly corpus: string
}

export interface CalibrationData {
  readonly raw: Calibration
  /** After division of the scores' log-odds by `temperature`. */
  readonly scaled: Calibration
  readonly temperature: number
  /** File name of the corpus that the temperature was fitted on. */
  readonly fittedOn: string
}

export interface ThresholdData {
  /** Evenly spread points of the curve over all types. */
  readonly all: readonly ThresholdPoint[]
  readonly best?: ThresholdPoint
  /** The best point of each type, and what keeping every entity gives. */
  readonly types: readonly {
    readonly type: string
    readonly best: ThresholdPoint
    readonly everything: ThresholdPoint
  }[]
}

/** Tokens as the text that they stand in. */
export interface ShownTokens {
  readonly tokens: readonly string[]
  /** Indices of the tokens without a space before them. */
  readonly tight: readonly number[]
}

/** A sentence with its gold and predicted entities. `tokens` are the first ones. */
export interface ShownSentence extends ShownTokens {
  readonly where?: string
  /** How many more tokens there are. */
  readonly omitted: number
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly PredictedSpan[]
  /** Whether prediction and gold agree in the whole sentence. */
  readonly right: boolean
}

/** Tag probabilities of some sentences. */
export interface ProbabilityData {
  readonly sentences: Capped<TagProbabilities>
}

export interface TagProbabilities extends ShownTokens {
  readonly where?: string
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly PredictedSpan[]
  /** The tags that matter in this sentence. */
  readonly tags: readonly string[]
  /** In per mille, `[token][tag]`; the last column is for all other tags. */
  readonly perMille: readonly (readonly number[])[]
}

/** Attention weights of some sentences, from models that have them. */
export interface AttentionData {
  readonly sentences: Capped<AttendedSentence>
}

export interface AttendedSentence extends ShownTokens {
  readonly where?: string
  readonly maps: readonly AttentionMap[]
}

/** One layer's or head's weights: how much each token (row) attends to each other (column). Rows sum to 1. */
export interface AttentionMap {
  readonly name: string
  /** In per mille, `[token][token]`. */
  readonly perMille: readonly (readonly number[])[]
}

/** The data of a model card. */
export interface ModelFacts {
  /** The size of everything as training began. */
  readonly start: StartEvent
  readonly recognizer: RecognizerKind
  /** Of a network: kinds of the encoder's blocks, and of the decoder. */
  readonly encoder?: readonly string[]
  readonly decoder?: string
  /** `null` where nothing was drawn at random. */
  readonly seed: number | null
  /** Of a network: the file of pretrained vectors. */
  readonly vectors?: string | null
  readonly best?: RunMetrics['best']
  readonly test?: Scores
  /** What training warned of. */
  readonly warnings: readonly string[]
}
