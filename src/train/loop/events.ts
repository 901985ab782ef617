import type { VectorCoverage } from '../../encode/word-vectors.js'
import type { UnitKind } from '../../model/inputs/units.js'

/** Precision, recall and F1 of a development set; `null` where undefined (nothing predicted, or nothing to find). */
export interface DevScores {
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

/** One type's scores on the development set after an epoch. */
export interface TypeScores extends DevScores {
  readonly gold: number
  readonly predicted: number
}

export interface StartEvent {
  readonly kind: 'start'
  readonly resumedFrom: { readonly epoch: number; readonly step: number } | null
  readonly sentences: number
  readonly tokens: number
  readonly devSentences: number
  readonly types: readonly string[]
  readonly tags: number
  /** What the encoder steps over: what `words` counts different ones of, `<PAD>` and `<UNK>` left out. */
  readonly unit: UnitKind
  readonly words: number
  readonly characters: number
  /** How much of the training vocabulary has a pretrained vector; `null` without vectors. */
  readonly vectors: VectorCoverage | null
  /** Trainable numbers in all. */
  readonly parameters: number
  readonly epochs: number
  /** Sentences of an epoch; where they are sampled, on average. */
  readonly epochSentences: number
  /** Updates of such an epoch. */
  readonly stepsPerEpoch: number
  readonly runtime: string
  readonly threads: number
}

/** Something the user should know, which does not stop the run. */
export interface WarningEvent {
  readonly kind: 'warning'
  readonly code: string
  readonly message: string
}

/** The `code` of the warning that a faster runtime could be installed. */
export const RUNTIME_WARNING = 'runtime'

/** After some of the steps, at most about ten times a second. */
export interface StepEvent {
  readonly kind: 'step'
  readonly epoch: number
  readonly step: number
  readonly steps: number
  /** Mean loss of the epoch so far. */
  readonly loss: number
  /** Training tokens a second, over the epoch so far. */
  readonly tokensPerSecond: number
  readonly learningRate: number
  /** Seconds the whole run is expected to take still, were it to run every epoch. */
  readonly secondsLeft: number
}

export interface EpochEvent {
  readonly kind: 'epoch'
  readonly epoch: number
  readonly epochs: number
  /** Updates since the run began. */
  readonly updates: number
  readonly loss: number
  readonly learningRate: number
  /** Training tokens a second, evaluation not counted. */
  readonly tokensPerSecond: number
  readonly seconds: number
  readonly evaluationSeconds: number
  readonly secondsLeft: number
  readonly dev: DevScores | null
  readonly types: Readonly<Record<string, TypeScores>> | null
  /** Whether this is the best epoch so far; its parameters are the ones that will be kept. */
  readonly best: boolean
  readonly gradientNorm: number
}

export interface CheckpointEvent {
  readonly kind: 'checkpoint'
  readonly epoch: number
  readonly step: number
}

export interface DoneEvent {
  readonly kind: 'done'
  /** `limit`: training.maxSteps or training.maxMinutes was reached; the model is as finished as any. */
  readonly reason: 'finished' | 'early-stop' | 'limit' | 'interrupted'
  readonly epoch: number
  readonly bestEpoch: number | null
  readonly best: DevScores | null
  readonly seconds: number
}

/** What training tells while it runs; each is one line of `log.jsonl`, with a `time` (ISO 8601) added. */
export type TrainEvent = StartEvent | WarningEvent | StepEvent | EpochEvent | CheckpointEvent | DoneEvent
