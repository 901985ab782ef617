import { type CutSentences, cutLabelled, cutSentences, uncut } from '../../corpus/cut-sentences.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { UnitKind } from './units.js'

/** What a tagger reads by itself of a corpus: running text sentence by sentence, whole records where it reads characters. */
export function sentencesToRead(unit: UnitKind, sentences: readonly Sentence[]): CutSentences {
  return unit === 'character' ? uncut(sentences) : cutSentences(sentences)
}

/** What a tagger learns from, of a labelled corpus: as it reads, but sentences that share an entity stay together. */
export function sentencesToLearn(unit: UnitKind, sentences: readonly Sentence[]): readonly Sentence[] {
  return unit === 'character' ? sentences : cutLabelled(sentences)
}
