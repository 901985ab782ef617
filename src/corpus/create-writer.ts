import type { Format } from '../base/format-names.js'
import { FORMAT_KINDS, notWritten } from './formats.js'
import type { Sentence } from './sentence.js'
import { inexpressible, type LossLog, type SentenceWriter, type WriteOptions } from './sentence-writer.js'

/**
 * A writer of one format. What the format cannot keep is counted in `losses`; what would break the file throws. A format
 * with an `end` is complete with the text that it returns.
 * @throws CorpusError `corpus/options` for a format that is only read
 *
 * @example
 * const { write } = createWriter('markup')
 * write({ tokens: ['Ada', 'wrote'], tags: ['B-PER', 'O'], lines: [1, 2] }) // '[Ada](PER) wrote\n'
 */
export function createWriter(format: Format, options: WriteOptions = {}): SentenceWriter {
  const writer = FORMAT_KINDS[format].write?.(options)
  if (writer === undefined) throw notWritten(format)
  let first = true
  const write = (sentence: Sentence): string => {
    if (FORMAT_KINDS[format].keepsFields !== true) addLostFields(sentence, writer.losses)
    const text = writer.write(sentence)
    const lone = /\p{Surrogate}/u.exec(text)
    if (lone)
      throw inexpressible(
        sentence,
        0,
        'whole characters',
        text.slice(Math.max(0, lone.index - 10), lone.index + 1),
      )
    // A reader would take U+FEFF at the start of a file for a byte order mark.
    const marked = first && text.startsWith('\uFEFF') ? `\uFEFF${text}` : text
    first = false
    return marked
  }
  return { write, ...(writer.end && { end: writer.end }), losses: writer.losses }
}

/** Counts the further fields of a record as lost. */
export function addLostFields(sentence: Sentence, losses: LossLog): void {
  const { fields } = sentence
  if (fields) losses.add('fields', `further fields of records (${Object.keys(fields).join(', ')})`, sentence)
}
