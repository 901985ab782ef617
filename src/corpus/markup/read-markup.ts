import type { ReadContext, ReadOptions } from '../read-options.js'
import { RecordProblem } from '../record-problem.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'
import { parseMarkup } from './parse-line.js'

/** A line that starts a document, as in column files. */
export const DOCUMENT_MARK = '-DOCSTART-'

/**
 * Reads text with entities as `[Ada Lovelace](PER) wrote`, a sentence a line; empty lines mean nothing, a line
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
      let sentence: Sentence | undefined
      try {
        const marked = parseMarkup(text, tagColumn !== 'none')
        if (marked.tokens.length > 0)
          sentence = { ...marked, ...(document !== undefined && { document }), lines: [line] }
      } catch (error) {
        if (!(error instanceof RecordProblem)) throw error
        context.fault({ where: `${context.source}:${line}`, ...error.problem })
      }
      if (sentence) yield sentence
    }
}
