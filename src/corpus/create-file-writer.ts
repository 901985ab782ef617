import type { Format } from '../base/format-names.js'
import { createWriter } from './create-writer.js'
import type { ByteWriter } from './format-kind.js'
import { FORMAT_KINDS } from './formats.js'
import type { SentenceWriter, WriteOptions } from './sentence-writer.js'

/** As `createWriter`, for formats of bytes too. @throws CorpusError `corpus/options` for a format that is only read */
export async function createFileWriter(
  format: Format,
  options: WriteOptions = {},
): Promise<SentenceWriter | ByteWriter> {
  return (await FORMAT_KINDS[format].bytes?.write?.(options)) ?? createWriter(format, options)
}
