import type { FormatKind } from '../format-kind.js'
import { wholeLines } from '../split-lines.js'
import { isCsvHeader } from './header.js'
import { readCsv } from './read-csv.js'
import { csvWriter } from './write-csv.js'

export const csvFormat: FormatKind = {
  title: 'a table',
  extensions: ['csv'],
  fits: ({ first }) => isCsvHeader(first),
  options: ['tagColumn', 'tokenColumn', 'sentenceColumn', 'delimiter', 'offsets'],
  read: (blocks, options, context) => readCsv(wholeLines(blocks, context.source), options, context),
  write: csvWriter,
}
