import { type Fault, InputError } from '../base/errors.js'

/** What stands in a vocabulary or vector file is at fault. */
export class EncodeError extends InputError {
  override readonly name = 'EncodeError'

  constructor(
    code: 'encode/vocabulary' | 'encode/vectors' | 'encode/column' | 'encode/gazetteer' | 'encode/pieces',
    fault: Fault | readonly Fault[],
  ) {
    super(code, fault)
  }
}
