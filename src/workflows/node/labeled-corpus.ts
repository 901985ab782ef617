import { type Message, type Note, say, verb } from '../../base/fault.js'
import { type EntityFit, entityFit, fitNotes } from '../../corpus/entity-fit.js'
import { labeledPart } from '../../corpus/labeled-part.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { Scheme } from '../../tags/scheme.js'

/** Receives what the user should know. */
export type OnNote = (note: Message | Note) => void

/** The sentences of a corpus that can be scored, and the scheme of their tags. */
export interface LabeledSentences {
  readonly scheme: Scheme
  readonly sentences: readonly Sentence[]
  readonly fit: EntityFit
}

/**
 * Reads the sentences of a corpus that are labeled whole; notes say how many others there were, and which entities cannot be found.
 * @throws CorpusError as `loadCorpus`, and `corpus/unlabeled` if no sentence has labels
 */
export async function loadLabeled(path: string, reading: ReadOptions): Promise<LabeledSentences> {
  const corpus = await loadCorpus(path, reading)
  const { sentences, notes } = labeledPart(path, corpus.sentences, {
    purpose: 'to score against',
    remedy: say`tag it with ${verb('predict')}`,
    whole: true,
  })
  const fit = entityFit(path, sentences)
  for (const each of [...notes, ...fitNotes(path, fit, 'scoring')]) reading.onNote?.(each)
  return { scheme: corpus.scheme.scheme, sentences, fit }
}
