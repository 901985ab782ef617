import { labeledPart } from '../corpus/labeled-part.js'
import type { Corpus } from '../corpus/node/read-corpus.js'
import type { Sentence } from '../corpus/sentence.js'
import type { CliContext } from './context.js'

/**
 * The sentences of a corpus that can be scored; how much else there was is told.
 * @throws CorpusError `corpus/unlabeled` where none has labels
 */
export function labeledOnly(corpus: Corpus, { log, logColors }: CliContext): readonly Sentence[] {
  const { sentences, note } = labeledPart(corpus.path, corpus.sentences, {
    purpose: 'to score against',
    remedy: 'tag it with "nerite predict"',
  })
  if (note !== undefined) log(`${logColors.cyan('note')} ${note}`)
  return sentences
}
