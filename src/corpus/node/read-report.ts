import type { Format } from '../../base/format-names.js'
import type { Encoding } from '../decode.js'

/** What was found out about a file while it was read, complete after the last sentence. */
export interface ReadReport {
  readonly onFormat?: (format: Format) => void
  readonly onEncoding?: (encoding: Encoding) => void
}
