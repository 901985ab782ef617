import { isTag } from '../../tags/scheme.js'
import type { FormatKind } from '../format-kind.js'
import { type LineBlock, wholeLines, withoutReturnsIn } from '../split-lines.js'
import { guessLayout } from './layout.js'
import { readConll } from './read-conll.js'
import { isBlank, isDocumentMark, splitRow } from './rows.js'
import { conllWriter } from './write-conll.js'

export const conllFormat: FormatKind = {
  title: 'a column file',
  extensions: ['conll', 'conll02', 'conll03', 'conllu', 'iob', 'iob2', 'bio'],
  fits: ({ lines }) => isConll(lines),
  options: ['tagColumn', 'tokenColumn', 'delimiter'],
  read: (blocks, options, context) =>
    readConll(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: conllWriter,
}

/** Whether most rows have as many columns, at least two, and end with a tag. */
export function hasTaggedColumns(head: LineBlock): boolean {
  return guessLayout(head, {}).columns > 1 && isConll(head)
}

/** Whether most rows have the same number of columns and end with a tag, or they are words with empty lines between. */
function isConll(head: LineBlock): boolean {
  const layout = guessLayout(head, {})
  const rows = head.filter(
    line => !isBlank(line) && !isDocumentMark(line) && !(layout.ids && line[0] === '#'),
  )
  if (rows.length === 0) return true
  const fields = rows.map(row => splitRow(row, layout.delimiter, layout.columns))
  const regular = fields.filter(row => row.length === layout.columns)
  if (regular.length * 2 < rows.length) return false
  if (layout.columns === 1) return regular.length === rows.length && head.some(isBlank)
  return (
    layout.misc ||
    layout.bare ||
    layout.tagLike.length > 0 ||
    regular.filter(row => isTag(row[layout.tag])).length * 2 >= rows.length
  )
}
