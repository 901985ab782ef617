import type { FormatKind } from '../format-kind.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { DOCUMENT_START, readOntonotes } from './read-ontonotes.js'

export const ontonotesFormat: FormatKind = {
  title: 'OntoNotes in the columns of CoNLL-2012',
  extensions: ['v4_gold_conll', 'v4_auto_conll', 'v9_gold_conll', 'gold_conll', 'v4_gold_skel'],
  within: 'conll',
  fits: ({ first }) => DOCUMENT_START.test(first),
  options: [],
  read: (blocks, options, context) =>
    readOntonotes(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
}
