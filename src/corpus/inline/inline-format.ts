import { isTag } from '../../tags/scheme.js'
import type { FormatKind } from '../format-kind.js'
import type { LineBlock } from '../split-lines.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { readInline } from './read-inline.js'
import { isHtml, isMucElement, isStructure } from './scan-tags.js'
import { inlineWriter } from './write-inline.js'

export const inlineFormat: FormatKind = {
  title: 'text with <TYPE>entities</TYPE>',
  extensions: ['inline'],
  fits: ({ first, written }) =>
    !/^\s*<(\?xml|!doctype)/i.test(first) && hasEntity(written) && !haveTags(written),
  options: [],
  read: (blocks, options, context) =>
    readInline(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: inlineWriter,
}

/** Lines of a column file end with a tag: its words may be anything. */
function haveTags(lines: LineBlock): boolean {
  return lines.filter(line => isTag(/\s(\S+)\s*$/.exec(line)?.[1] ?? '')).length * 10 > lines.length
}

const PAIR = /<([\p{L}_][\p{L}\p{N}_.:-]*)(?:\s[^<>]*)?>[^<>]+<\/?([\p{L}_][\p{L}\p{N}_.:-]*)>/gu

/** Whether some text is between two tags that no page and no structure of a document has. */
function hasEntity(lines: LineBlock): boolean {
  return lines.some(line =>
    [...line.matchAll(PAIR)].some(
      ([, begins, ends]) =>
        (isMucElement(begins) && isMucElement(ends)) ||
        (begins === ends && !isHtml(begins) && !isStructure(begins)),
    ),
  )
}
