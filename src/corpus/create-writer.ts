import { conllWriter } from './conll/write-conll.js'
import { csvWriter } from './csv/write-csv.js'
import type { Format } from './format.js'
import { jsonlWriter } from './jsonl/write-jsonl.js'
import { markupWriter } from './markup/write-markup.js'
import type { Sentence } from './sentence.js'
import { inexpressible, type SentenceWriter, type WriteOptions } from './sentence-writer.js'

const WRITERS: Readonly<Record<Format, (options: WriteOptions) => SentenceWriter>> = {
  conll: conllWriter,
  csv: csvWriter,
  jsonl: jsonlWriter,
  markup: markupWriter,
}

/**
 * A writer of one format. What the format cannot keep is counted in `losses`; what would break the file throws.
 *
 * @example
 * const { write } = createWriter('markup')
 * write({ tokens: ['Ada', 'wrote'], tags: ['B-PER', 'O'], lines: [1, 2] }) // '[Ada](PER) wrote\n'
 */
export function createWriter(format: Format, options: WriteOptions = {}): SentenceWriter {
  const writer = WRITERS[format](options)
  let first = true
  const write = (sentence: Sentence): string => {
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
  return { write, losses: writer.losses }
}
