import { type Fault, InputError } from '../base/errors.js'

/** The configuration is at fault. `where` is a setting such as `training.epochs`, or its place in a file. */
export class ConfigError extends InputError {
  override readonly name = 'ConfigError'

  constructor(faults: Fault | readonly Fault[]) {
    super('config/invalid', faults)
  }
}
