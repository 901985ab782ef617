import type { Config } from '../../config/schema.js'

/** What a training run is asked for. */
export interface TrainOptions {
  readonly config: Config
  /** The run folder to make. */
  readonly out: string
  /**
   * Continue the run in `out` from its last checkpoint; `config` must be the run's own but for `training.epochs`,
   * `maxSteps` and `maxMinutes`.
   */
  readonly resume?: boolean
  /** Replace `out` where it is there. */
  readonly force?: boolean
}
