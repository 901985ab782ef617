import type { Format } from '../base/format-names.js'
import type { ByteWriter } from './byte-form.js'
import { BYTE_FORMS } from './byte-forms.js'
import { addLostFields, createWriter } from './create-writer.js'
import type { SentenceWriter, WriteOptions } from './sentence-writer.js'

/** As `createWriter`, for formats of bytes too. @throws CorpusError `corpus/options` for a format that is only read */
export async function createFileWriter(
  format: Format,
  options: WriteOptions = {},
): Promise<SentenceWriter | ByteWriter> {
  const writer = await BYTE_FORMS[format]?.write?.(options)
  if (writer === undefined) return createWriter(format, options)
  return {
    ...writer,
    write: sentence => {
      addLostFields(sentence, writer.losses)
      return writer.write(sentence)
    },
  }
}
