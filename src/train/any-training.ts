import type { AnyConfig } from '../config/schema.js'
import type { DoneEvent, TrainEvent, WarningEvent } from '../run/events.js'
import type { RunResult, Tensors } from '../run/run-files.js'
import type { AnyLoopState, RunStore } from '../run/run-store.js'

export interface RunOptions {
  /** What to report before the training itself. */
  readonly warnings?: readonly WarningEvent[]
  /** Asked before every step: whether to stop cleanly now. */
  readonly isStopRequested?: () => boolean
  /** Where an earlier run left off; `restore` its tensors first. */
  readonly resume?: AnyLoopState
}

/** One training run of any kind of recognizer. */
export interface AnyTraining {
  /** The configuration as it is trained with. */
  readonly config: AnyConfig
  /** What `vocab.json` will hold. */
  readonly vocabularies: object
  /** Puts the tensors of a checkpoint back. @param where the file they came from, for messages */
  restore(tensors: Tensors, where: string): void
  /**
   * Trains, and keeps everything in a store: events, checkpoints and, unless the run is interrupted, its files.
   * @returns the last event, which has been yielded too
   */
  run(store: RunStore, options?: RunOptions): AsyncGenerator<TrainEvent, DoneEvent>
  /** What the run leaves: the model, and unless it was interrupted its scores and its card. */
  result(done: DoneEvent): Promise<RunResult>
}
