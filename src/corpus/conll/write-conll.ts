import { columnName } from '../columns.js'
import { DocumentMarks } from '../documents.js'
import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { CUT_TOKENS } from '../sentence-text.js'
import { inexpressible, LossLog, type SentenceWriter } from '../sentence-writer.js'
import { TableShape } from '../table-shape.js'
import { isBlank, isDocumentMark } from './rows.js'

/**
 * Writes column files: token, further columns and tag, separated by tabs; an empty line after each sentence and
 * `-DOCSTART-` before each document. If the first sentence has no tags, none are written. The names of columns and
 * documents and the original text are lost.
 */
export function conllWriter(): SentenceWriter {
  const losses = new LossLog()
  const documents = new DocumentMarks(losses)
  let shape: TableShape | undefined

  const write = (read: Sentence): string => {
    const sentence = exactTokens(read)
    if (sentence !== read) losses.add(...CUT_TOKENS, read)
    shape ??= firstShape(sentence)
    const extra = shape.columnsOf(sentence)
    const { labeled } = shape
    const width = 1 + extra.length + (labeled ? 1 : 0)
    let out = ''
    if (documents.isDue(sentence))
      out += `-DOCSTART-${'\t-X-'.repeat(Math.max(0, width - 2))}${width > 1 ? '\tO' : ''}\n\n`
    sentence.tokens.forEach((token, i) => {
      const cells = [token, ...extra.map(column => column[i])]
      if (labeled) cells.push(sentence.tags[i])
      const row = cells.join('\t')
      checkRow(sentence, i, cells, row)
      out += `${row}\n`
    })
    return `${out}\n`
  }

  function firstShape(sentence: Sentence): TableShape {
    const first = new TableShape(sentence, losses)
    for (const [i, name] of first.names.entries())
      if (name !== columnName(i + 1))
        losses.add(
          'column-names',
          `the name of column ${JSON.stringify(name)}, which becomes column ${i + 2}`,
          sentence,
        )
    return first
  }
  return { write, losses }
}

function checkRow(sentence: Sentence, token: number, cells: readonly string[], row: string): void {
  if (cells.some(cell => /[\t\n\r]/.test(cell)))
    throw inexpressible(sentence, token, 'no tab and no line break in a conll field', row)
  if (cells.length === 1 && /[ \t]/.test(row))
    throw inexpressible(sentence, token, 'no space in a word of a file with one column', row)
  if (isBlank(row)) throw inexpressible(sentence, token, 'a row that is not blank', row)
  if (isDocumentMark(row))
    throw inexpressible(sentence, token, 'a word other than -DOCSTART-, which starts a document', row)
}
