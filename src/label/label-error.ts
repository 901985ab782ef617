import { InputError } from '../base/errors.js'

/** Something is wrong with a project, a document or its labels. Codes begin with `label/`. */
export class LabelError extends InputError {
  override readonly name = 'LabelError'
}
