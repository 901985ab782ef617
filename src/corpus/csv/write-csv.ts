import { columnName } from '../columns.js'
import { countedName } from '../documents.js'
import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { CUT_TOKENS } from '../sentence-text.js'
import { inexpressible, LossLog, type SentenceWriter } from '../sentence-writer.js'
import { TableShape } from '../table-shape.js'
import { isKnownHeader } from './header.js'

/**
 * Writes Kaggle's layout: `Sentence #` (only in a sentence's first row), `Word`, further columns, `Tag`. If the first
 * sentence belongs to a document, `Document #` comes before them. UTF-8, LF, quotes where needed.
 */
export function csvWriter(): SentenceWriter {
  const losses = new LossLog()
  let shape: TableShape | undefined
  let hasDocuments = false
  let count = 0
  let document: number | undefined

  const header = ({ names, labeled }: TableShape, first: Sentence): string => {
    hasDocuments = first.document !== undefined
    const kept = names.map((name, i) => {
      if (!isKnownHeader(name) && name !== '' && !/[\n\r]/.test(name)) return name
      losses.add('column-names', `the name of column ${JSON.stringify(name)}, which would be misread`, first)
      return columnName(i + 1)
    })
    const all = [...(hasDocuments ? ['Document #'] : []), 'Sentence #', 'Word', ...kept]
    // With every possible separator quoted, readers can tell from the header which one it is.
    return row(labeled ? [...all, 'Tag'] : all, /[",;|\t]/)
  }
  const write = (read: Sentence): string => {
    const sentence = exactTokens(read)
    if (sentence !== read) losses.add(...CUT_TOKENS, read)
    let out = ''
    if (shape === undefined) {
      shape = new TableShape(sentence, losses)
      out = header(shape, sentence)
    }
    const extra = shape.columnsOf(sentence)
    const { labeled } = shape
    const isNew = sentence.document !== document
    if (isNew && (!hasDocuments || sentence.document === undefined))
      losses.add('documents', 'which document it belongs to', sentence)
    count++
    sentence.tokens.forEach((token, i) => {
      const starts = i === 0 && isNew && sentence.document !== undefined
      const cells = hasDocuments ? [starts ? nameOf(sentence) : ''] : []
      cells.push(i === 0 ? `Sentence: ${count}` : '', token, ...extra.map(column => column[i]))
      if (labeled) cells.push(sentence.tags[i])
      if (cells.every(cell => cell === '')) throw inexpressible(sentence, i, 'a row that is not empty', token)
      out += row(cells)
    })
    document = sentence.document ?? document
    return out
  }
  return { write, losses }
}

/** The document's name, or one made from its number. */
function nameOf({ document = 0, documentName = '' }: Sentence): string {
  return documentName === '' ? countedName(document) : String(documentName)
}

function row(cells: readonly string[], special = /[",\n\r]/): string {
  return `${cells.map(cell => (special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`
}
