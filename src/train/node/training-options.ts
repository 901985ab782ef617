import type { AnyConfig } from '../../config/schema.js'

/** What to train, and where. */
export interface TrainOptions {
  readonly config: AnyConfig
  /** The run folder to make. */
  readonly out: string
  /**
   * Continue the run in `out` from its last checkpoint. `config` must be the run's own, except for `training.epochs`,
   * `maxSteps` and `maxMinutes`.
   */
  readonly resume?: boolean
  /** Replace `out` if it exists. */
  readonly force?: boolean
}
