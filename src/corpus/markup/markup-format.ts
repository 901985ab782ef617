import type { FormatKind } from '../format-kind.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { readMarkup } from './read-markup.js'
import { markupWriter } from './write-markup.js'

export const markupFormat: FormatKind = {
  title: 'text with [mentions](TYPE)',
  extensions: ['markup'],
  fits: ({ written }) => written.some(line => /\[[^\]]+\]\([^()\s]+\)/.test(line)),
  options: [],
  read: (blocks, options, context) =>
    readMarkup(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: markupWriter,
}
