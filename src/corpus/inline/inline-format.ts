import { isTag } from '../../tags/scheme.js'
import type { FormatKind } from '../format-kind.js'
import { hasMention } from '../markup/markup-format.js'
import type { LineBlock } from '../split-lines.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { readInline } from './read-inline.js'
import { isHtml, isMucElement, isStructure } from './scan-tags.js'
import { inlineWriter } from './write-inline.js'

export const inlineFormat: FormatKind = {
  title: 'text with <TYPE>entities</TYPE>',
  extensions: ['inline'],
  fits: ({ first, written }) => !/^\s*<(\?xml|!doctype)/i.test(first) && isInline(written),
  options: [],
  read: (blocks, options, context) =>
    readInline(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: inlineWriter,
}

const PAIR = /<([\p{L}_][\p{L}\p{N}_.:-]*)(?:\s[^<>]*)?>[^<>]+<\/?([\p{L}_][\p{L}\p{N}_.:-]*)>/gu

/**
 * Whether some text is between two tags that no page and no structure of a document has, in more lines than have mentions of
 * markup. In a column file, whose words may be anything, other lines end with a tag.
 */
function isInline(lines: LineBlock): boolean {
  let [tagged, marked, rows] = [0, 0, 0]
  for (const line of lines) {
    if (hasEntity(line)) tagged++
    else if (isTag(/\s(\S+)\s*$/.exec(line)?.[1] ?? '')) rows++
    if (hasMention(line)) marked++
  }
  return tagged > marked && rows * 10 <= lines.length
}

/** MUC's elements may end in another way than they begin. */
function hasEntity(line: string): boolean {
  return [...line.matchAll(PAIR)].some(
    ([, begins, ends]) =>
      (isMucElement(begins) && isMucElement(ends)) ||
      (begins === ends && !isHtml(begins) && !isStructure(begins)),
  )
}
