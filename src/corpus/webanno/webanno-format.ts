import type { FormatKind } from '../format-kind.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { readWebanno } from './read-webanno.js'
import { webannoWriter } from './write-webanno.js'

export const webannoFormat: FormatKind = {
  title: 'WebAnno TSV 3 (WebAnno, INCEpTION)',
  extensions: [],
  ending: 'tsv',
  within: 'conll',
  fits: ({ first }) => /^#FORMAT=WebAnno TSV 3\b/.test(first),
  options: ['tagColumn'],
  read: (blocks, options, context) =>
    readWebanno(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: webannoWriter,
}
