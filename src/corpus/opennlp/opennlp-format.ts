import type { FormatKind } from '../format-kind.js'
import { wholeLines, withoutReturnsIn } from '../split-lines.js'
import { readOpennlp } from './read-opennlp.js'
import { opennlpWriter } from './write-opennlp.js'

export const opennlpFormat: FormatKind = {
  title: "Apache OpenNLP's training data",
  extensions: ['opennlp'],
  fits: ({ written }) => written.some(line => /<START(:[^:>\s]+)?>\s.*\s<END>/u.test(line)),
  options: [],
  read: (blocks, options, context) =>
    readOpennlp(withoutReturnsIn(wholeLines(blocks, context.source)), options, context),
  write: opennlpWriter,
}
