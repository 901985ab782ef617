import { type Fault, InputError } from '../base/errors.js'

/** What stands in a vocabulary or vector file is at fault. Codes: `encode/vocabulary`, `encode/vectors`, `encode/column`. */
export class EncodeError extends InputError {
  override readonly name = 'EncodeError'

  constructor(
    code: 'encode/vocabulary' | 'encode/vectors' | 'encode/column',
    fault: Fault | readonly Fault[],
  ) {
    super(code, fault)
  }
}
