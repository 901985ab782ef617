import { type Fault, InputError } from '../base/errors.js'

/** The configuration is at fault; `where` is the dotted path, such as `training.epochs`, behind the file's name where one says it. */
export class ConfigError extends InputError {
  override readonly name = 'ConfigError'

  constructor(faults: Fault | readonly Fault[]) {
    super('config/invalid', faults)
  }
}
