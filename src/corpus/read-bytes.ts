import type { Format } from '../base/format-names.js'
import { type ByteForm, type ByteSource, FIRST_BYTES } from './byte-form.js'
import { BYTE_FORMS } from './byte-forms.js'
import { checkedSentences, noteUnusedOptions } from './checked-sentences.js'
import { FORMAT_KINDS, formatOfName, GUESSED } from './formats.js'
import { ReadContext } from './read-context.js'
import type { ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'

/**
 * The format of bytes that a file is in; `undefined` if it is text, or in no format that is known.
 * @param name the file's name, which decides for a file that is damaged
 */
export async function byteFormatOf(
  source: ByteSource,
  name: string,
  chosen: Format | undefined,
): Promise<Format | undefined> {
  const named = chosen ?? formatOfName(name)
  if (named !== undefined && FORMAT_KINDS[named].bytes !== undefined) return named
  if (chosen !== undefined) return undefined
  const first = await source.read(0, Math.min(source.size, FIRST_BYTES))
  for (const format of GUESSED) if (await BYTE_FORMS[format]?.fits(first)) return format
  return undefined
}

/**
 * Reads a corpus of bytes sentence by sentence, as `readText` reads text.
 * @param format from `byteFormatOf`
 * @param name the file's name, for messages
 * @throws CorpusError `corpus/rows`, `corpus/format`, `corpus/columns`, `corpus/options`, `corpus/empty`
 */
export async function* readBytes(
  source: ByteSource,
  format: Format,
  name: string,
  options: ReadOptions & { readonly onFormat?: (format: Format) => void } = {},
): AsyncGenerator<Sentence> {
  const context = new ReadContext(name, options)
  const kind = FORMAT_KINDS[format]
  noteUnusedOptions(format, kind.options, options, context)
  if (options.format === undefined && formatOfName(name) !== format)
    context.note('format-found', `its content shows that it is ${kind.title}`)
  options.onFormat?.(format)
  const { read } = BYTE_FORMS[format] as ByteForm
  yield* checkedSentences(
    read(source, options, context),
    options,
    context,
    source.size === 0 ? 'an empty file' : 'a file without one',
  )
}
