/** What happens while a tagger is trained. Each event is one line of a run's log, with a `time` (ISO 8601) added. */
import { formatNote, type Note } from '../base/fault.js'
import type { Config, RecognizerKind } from '../config/schema.js'
import type { VectorCoverage } from '../encode/word-vectors.js'

export type TrainEvent = StartEvent | WarningEvent | StepEvent | EpochEvent | CheckpointEvent | DoneEvent

/** Precision, recall and F1 on a development corpus; `null` where undefined (nothing predicted, or nothing to find). */
export interface DevScores {
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

/** The scores of one type on the development corpus after an epoch. */
export interface TypeScores extends DevScores {
  readonly gold: number
  readonly predicted: number
}

export interface StartEvent {
  readonly kind: 'start'
  /** What is trained. */
  readonly recognizer: RecognizerKind
  readonly resumedFrom: { readonly epoch: number; readonly step: number } | null
  readonly sentences: number
  readonly tokens: number
  readonly devSentences: number
  readonly types: readonly string[]
  readonly tags: number
  /** The trained model that the run starts from, and whether its types are kept; `null` without one. */
  readonly from: Config['from']
  /** What the encoder steps over: `words` is the number of different ones, without `<PAD>` and `<UNK>`. */
  readonly unit: Config['input']['unit']['kind']
  readonly words: number
  /** Different features of a CRF; `null` for other recognizers. */
  readonly features: number | null
  readonly characters: number
  /** How much of the training vocabulary has a pretrained vector; `null` without vectors. */
  readonly vectors: VectorCoverage | null
  /** Number of trainable numbers. */
  readonly parameters: number
  readonly epochs: number
  /** What `auto` became by the size of the training corpus: each setting's path with its value. */
  readonly chosen: Readonly<Record<string, unknown>>
  /** Sentences per epoch; the mean where they are sampled. */
  readonly epochSentences: number
  /** Updates in an epoch of that size. */
  readonly stepsPerEpoch: number
  readonly runtime: string
  readonly threads: number
}

/** Something the user should know that does not stop the run. */
export interface WarningEvent {
  readonly kind: 'warning'
  readonly code: string
  /** Options and settings have their API names. */
  readonly message: string
  /** The same as data, for an edge that spells options its own way. Not in the log. */
  readonly note?: Note
}

/** The `code` of the warning that a faster runtime could be installed. */
export const RUNTIME_WARNING = 'runtime'

/** After some of the steps, at most about ten times per second. */
export interface StepEvent {
  readonly kind: 'step'
  readonly epoch: number
  readonly step: number
  readonly steps: number
  /** Mean loss of the epoch so far. */
  readonly loss: number
  /** Training tokens per second, over the epoch so far. */
  readonly tokensPerSecond: number
  readonly learningRate: number
  /** Expected seconds to the end of the run if it runs every epoch. */
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
  /** Training tokens per second, without evaluation. */
  readonly tokensPerSecond: number
  readonly seconds: number
  readonly evaluationSeconds: number
  readonly secondsLeft: number
  readonly dev: DevScores | null
  readonly types: Readonly<Record<string, TypeScores>> | null
  /** Whether this is the best epoch so far, whose parameters are kept. */
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

export function warningEvent(note: Note): WarningEvent {
  return { kind: 'warning', code: note.code, message: formatNote(note), note }
}
