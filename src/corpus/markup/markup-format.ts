import type { FormatKind } from '../format-kind.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { readMarkup } from './read-markup.js'
import { markupWriter } from './write-markup.js'

export const markupFormat: FormatKind = {
  title: 'text with [mentions](TYPE)',
  extensions: ['markup'],
  fits: ({ written }) => written.some(hasMention),
  options: [],
  read: (blocks, options, context) =>
    readMarkup(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: markupWriter,
}

/** Whether a line has a mention, such as `[Ada](PER)`. */
export function hasMention(line: string): boolean {
  return /\[[^\]]+\]\([^()\s]+\)/.test(line)
}
