import { type Fault, InputError } from './errors.js'

/** A model's file or folder is missing, damaged, in the way, or from a newer version. Code: `model/file`. */
export class ModelFileError extends InputError {
  override readonly name = 'ModelFileError'

  constructor(fault: Fault | readonly Fault[]) {
    super('model/file', fault)
  }
}
