import { InputError } from '../base/errors.js'

/**
 * Something is wrong with a corpus. Codes: `corpus/file`, `corpus/encoding`, `corpus/format`, `corpus/columns`,
 * `corpus/rows`, `corpus/empty`, `corpus/options`, `corpus/inexpressible`, `corpus/exists`, `corpus/unlabeled`.
 */
export class CorpusError extends InputError {
  override readonly name = 'CorpusError'
}
