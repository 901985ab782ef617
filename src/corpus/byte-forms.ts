import type { Format } from '../base/format-names.js'
import { arrowBytes } from './arrow/arrow-bytes.js'
import type { ByteForm } from './byte-form.js'
import { docbinBytes } from './docbin/docbin-bytes.js'
import { parquetBytes } from './parquet/parquet-bytes.js'

/**
 * How formats of bytes are read and written: those with `bytes` in `FORMAT_KINDS`. Apart from that table, so that
 * programs which only read text do without their libraries.
 */
export const BYTE_FORMS: Readonly<Partial<Record<Format, ByteForm>>> = {
  parquet: parquetBytes,
  arrow: arrowBytes,
  spacy: docbinBytes,
}
