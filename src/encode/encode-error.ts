import { type Fault, InputError } from '../base/errors.js'

/** Something in a vocabulary, a list of names, a vector file or a column cannot be used. */
export class EncodeError extends InputError {
  override readonly name = 'EncodeError'

  constructor(
    code:
      | 'encode/vocabulary'
      | 'encode/vectors'
      | 'encode/column'
      | 'encode/gazetteer'
      | 'encode/pieces'
      | 'encode/classes',
    fault: Fault | readonly Fault[],
  ) {
    super(code, fault)
  }
}
