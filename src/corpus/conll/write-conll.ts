import { columnName } from '../columns.js'
import { DocumentMarks } from '../document-marks.js'
import { ExtraColumns } from '../extra-columns.js'
import { inexpressible } from '../inexpressible.js'
import type { Sentence } from '../sentence.js'
import { LossLog, type SentenceWriter } from '../write-options.js'
import { isBlank, isDocumentMark } from './layout.js'

/**
 * Writes column files: token, further columns, tag, separated by tabs; an empty line after each sentence and
 * `-DOCSTART-` before each document. Words alone, one a line, where the first sentence has no tags. The names of columns
 * and documents and the original text find no place.
 */
export function conllWriter(): SentenceWriter {
  const losses = new LossLog()
  const documents = new DocumentMarks(losses)
  let columns: ExtraColumns | undefined
  let labeled = true

  const write = (sentence: Sentence): string => {
    if (columns === undefined) {
      columns = ExtraColumns.of(sentence, losses)
      labeled = sentence.tags.length > 0
      for (const [i, name] of columns.names.entries())
        if (name !== columnName(i + 1))
          losses.add(
            `the name of column ${JSON.stringify(name)}: it is column ${i + 2} from now on`,
            sentence,
          )
    }
    if (sentence.tags.length > 0 !== labeled)
      throw inexpressible(
        sentence,
        0,
        'sentences that all have tags, or none of them',
        sentence.tokens.join(' '),
      )
    if (sentence.text !== undefined) losses.add('the text between tokens', sentence)
    const extra = columns.of(sentence)
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
  return { write, losses }
}

function checkRow(sentence: Sentence, token: number, cells: readonly string[], row: string): void {
  if (cells.some(cell => /[\t\n\r]/.test(cell)))
    throw inexpressible(sentence, token, 'no tab and no line break inside a cell of conll', row)
  if (cells.length === 1 && /[ \t]/.test(row))
    throw inexpressible(sentence, token, 'no space inside a word of a one-column file', row)
  if (isBlank(row)) throw inexpressible(sentence, token, 'a row that is not blank', row)
  if (isDocumentMark(row))
    throw inexpressible(sentence, token, 'a word other than -DOCSTART-, which starts a document', row)
}
