import type { RandomState } from '../base/random.js'
import type { AveragedWeightsState } from '../engine/optim/averaged-weights.js'
import type { OptimizerState } from '../engine/optim/optimizer.js'
import type { ScheduleState } from '../engine/optim/schedules.js'
import type { DevScores, TrainEvent } from './events.js'
import type { RunResult, Tensors } from './run-files.js'

/**
 * Where training stands between two steps, besides the numbers in the parameter store. With both, a run continues to
 * the same bytes as if it had never stopped.
 */
export interface LoopState {
  /** The epoch under way, from 1. */
  readonly epoch: number
  /** Steps of that epoch already taken. */
  readonly step: number
  /** The generator as the epoch began, from which its batches follow, and as it is now. */
  readonly epochRandom: RandomState
  readonly random: RandomState
  readonly optimizer: OptimizerState
  readonly schedule: ScheduleState
  readonly averaging: AveragedWeightsState | null
  /** Of the epoch under way. */
  readonly lossSum: number
  readonly tokens: number
  readonly trainingSeconds: number
  readonly best: { readonly epoch: number; readonly scores: DevScores } | null
  readonly epochsSinceBest: number
  /** Norm of the last update's gradients. */
  readonly gradientNorm: number
  /** Seconds of the whole run so far. */
  readonly seconds: number
}

/** Where the training of a CRF stands between two iterations, besides its tensors. */
export interface CrfState {
  readonly algorithm: 'lbfgs' | 'perceptron' | 'adagrad'
  /** Iterations, or epochs, already done. */
  readonly iteration: number
  /** Whether it has converged. */
  readonly isDone: boolean
  /** Sentences that the perceptron has looked at. */
  readonly seen: number
  /** The loss after each of the last iterations. */
  readonly losses: readonly number[]
  readonly random: RandomState
  readonly best: { readonly epoch: number; readonly scores: DevScores } | null
  readonly seconds: number
}

/** What a checkpoint says besides its tensors, by the kind of recognizer that is trained. */
export type AnyLoopState = LoopState | CrfState

/** Where a run under way keeps its events, its checkpoints and, at the end, its files. */
export interface RunStore {
  /** Adds an event to the log. */
  append(event: TrainEvent): void
  /**
   * Keeps everything needed to continue, replacing what was kept before in one move.
   * @param tensors parameters, moments and averages, as views: what is kept must be copied or written now
   */
  save(tensors: Tensors, state: AnyLoopState): Promise<void>
  /** Keeps the parameters as the best so far. */
  saveBest(parameters: Tensors): Promise<void>
  /** The best parameters so far. */
  best(): Promise<Tensors>
  /** Adds the model, and completes the run. */
  finish(result: RunResult): Promise<unknown>
}
