import { labelledPart } from '../corpus/labelled-part.js'
import type { Corpus } from '../corpus/node/read-corpus.js'
import type { Sentence } from '../corpus/sentence.js'
import type { CliContext } from './context.js'

/**
 * The sentences of a corpus that can be scored; how much else there was is told.
 * @throws CorpusError `corpus/unlabelled` where none has labels
 */
export function labelledOnly(corpus: Corpus, { log, logColours }: CliContext): readonly Sentence[] {
  const { sentences, note } = labelledPart(corpus.path, corpus.sentences, {
    purpose: 'to score against',
    remedy: 'tag it with "nerite predict"',
  })
  if (note !== undefined) log(`${logColours.cyan('note')} ${note}`)
  return sentences
}
