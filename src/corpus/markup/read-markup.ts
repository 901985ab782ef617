import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import { parseMarkup } from './parse-line.js'

/** A line that starts a document, as in column files. */
export const DOCUMENT_MARK = '-DOCSTART-'

/**
 * Reads text with entities as `[Ada Lovelace](PER) wrote`, one sentence per line. Empty lines mean nothing, and a line
 * `-DOCSTART-` starts a document. See `parseMarkup` for escapes. Tags are BIO.
 */
export async function* readMarkup(
  blocks: AsyncIterable<LineBlock>,
  { tagColumn }: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let line = 0
  let document: number | undefined
  for await (const block of blocks)
    for (const text of block) {
      line++
      if (text === DOCUMENT_MARK) document = document === undefined ? 0 : document + 1
      if (text === DOCUMENT_MARK || text === '') continue
      const marked = context.attempt(line, () => parseMarkup(text, tagColumn !== 'none'))
      if (marked && marked.tokens.length > 0)
        yield { ...marked, ...(document !== undefined && { document }), lines: [line] }
    }
}
