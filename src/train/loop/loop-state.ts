import type { RandomState } from '../../base/random.js'
import type { AveragedWeightsState } from '../../engine/optim/averaged-weights.js'
import type { OptimizerState } from '../../engine/optim/optimizer.js'
import type { ScheduleState } from '../../engine/optim/schedules.js'
import type { DevScores } from './events.js'

/**
 * Where a run stands between two steps, besides the numbers in the parameter store. With both, a run continues to
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

/** Where a run keeps what it needs to continue, and its best parameters. */
export interface CheckpointStore {
  /** Keeps the state and everything in the parameter store, replacing what was kept before in one move. */
  save(state: LoopState): Promise<void>
  /** Keeps the parameters' present values as the best so far. */
  saveBest(): Promise<void>
  /** Puts the best values back into the parameter store. */
  restoreBest(): Promise<void>
}
