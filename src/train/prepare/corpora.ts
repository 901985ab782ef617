import type { Note } from '../../base/fault.js'
import { labeledPart } from '../../corpus/labeled-part.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { Scheme } from '../../tags/scheme.js'

/** A corpus as training needs it: its scheme is the one that its tags were read in. */
export interface LabeledCorpus {
  readonly path: string
  readonly scheme: Scheme
  readonly sentences: readonly Sentence[]
}

/** The corpora of a run as they were read. */
export interface Corpora {
  readonly train: LabeledCorpus
  readonly dev: LabeledCorpus | null
  readonly test: LabeledCorpus | null
}

/**
 * The labeled sentences of a corpus, with a note if it has others.
 * @throws CorpusError `corpus/unlabeled` where none is labeled
 */
export function onlyLabeled(corpus: LabeledCorpus): {
  readonly corpus: LabeledCorpus
  readonly notes: readonly Note[]
} {
  const { sentences, note } = labeledPart(corpus.path, corpus.sentences, { purpose: 'to learn from' })
  return {
    corpus: { ...corpus, sentences },
    notes: note ? [note] : [],
  }
}
