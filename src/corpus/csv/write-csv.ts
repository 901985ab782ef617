import { columnName } from '../columns.js'
import { countedName } from '../document-names.js'
import { ExtraColumns } from '../extra-columns.js'
import { inexpressible } from '../inexpressible.js'
import type { Sentence } from '../sentence.js'
import { LossLog, type SentenceWriter } from '../write-options.js'
import { isKnownHeader } from './header.js'

/**
 * Writes Kaggle's layout: `Sentence #` filled on a sentence's first row, `Word`, further columns, `Tag`; before them
 * `Document #`, likewise, where the first sentence belongs to one. UTF-8, LF, quotes where needed.
 */
export function csvWriter(): SentenceWriter {
  const losses = new LossLog()
  let columns: ExtraColumns | undefined
  let labeled = true
  let hasDocuments = false
  let count = 0
  let document: number | undefined

  const header = (first: Sentence): string => {
    columns = ExtraColumns.of(first, losses)
    labeled = first.tags.length > 0
    hasDocuments = first.document !== undefined
    const names = columns.names.map((name, i) => {
      if (!isKnownHeader(name) && name !== '' && !/[\n\r]/.test(name)) return name
      losses.add(`the name of column ${JSON.stringify(name)}, which would be misread`, first)
      return columnName(i + 1)
    })
    const all = [...(hasDocuments ? ['Document #'] : []), 'Sentence #', 'Word', ...names]
    // With every possible separator quoted, the header tells readers which one it is.
    return row(labeled ? [...all, 'Tag'] : all, /[",;|\t]/)
  }
  const write = (sentence: Sentence): string => {
    let out = columns === undefined ? header(sentence) : ''
    if (columns === undefined) return out
    if (sentence.tags.length > 0 !== labeled)
      throw inexpressible(
        sentence,
        0,
        'sentences that all have tags, or none of them',
        sentence.tokens.join(' '),
      )
    if (sentence.text !== undefined) losses.add('the text between tokens', sentence)
    if (sentence.document !== document && (!hasDocuments || sentence.document === undefined))
      losses.add('the document it belongs to', sentence)
    count++
    const extra = columns.of(sentence)
    sentence.tokens.forEach((token, i) => {
      const starts = i === 0 && sentence.document !== undefined && sentence.document !== document
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

/** The document's name; one without a name is counted. */
function nameOf({ document = 0, documentName = '' }: Sentence): string {
  return documentName === '' ? countedName(document) : String(documentName)
}

function row(cells: readonly string[], special = /[",\n\r]/): string {
  return `${cells.map(cell => (special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`
}
