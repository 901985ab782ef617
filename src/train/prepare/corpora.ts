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

/** A corpus to learn from, and what its labels say about the model's types. */
export interface TrainingCorpus extends LabeledCorpus {
  /**
   * The model's types that are marked wherever they occur in it; a token without a mark may be of any other type.
   * Default: all, or those that occur in it where the model learns from several corpora.
   */
  readonly types?: readonly string[]
  /**
   * What its types stand for: a type of the model, or several, one of which is right. `O` among them: or none.
   * `[]`: nothing that the model knows. A type that is not named stands for itself.
   */
  readonly map?: Readonly<Record<string, readonly string[]>>
  /** How often each of its sentences comes in an epoch, on average; above 0. Default 1. */
  readonly weight?: number
}

/** The corpora of a run as they were read. */
export interface Corpora {
  readonly train: readonly TrainingCorpus[]
  readonly dev: LabeledCorpus | null
  readonly test: LabeledCorpus | null
}

/**
 * The labeled sentences of a corpus, with a note if it has others.
 * @param options.isScored whether it is scored, so that sentences that are labeled in part are of no use
 * @throws CorpusError `corpus/unlabeled` where none is labeled
 */
export function onlyLabeled<Corpus extends LabeledCorpus>(
  corpus: Corpus,
  { isScored = false }: { readonly isScored?: boolean } = {},
): {
  readonly corpus: Corpus
  readonly notes: readonly Note[]
} {
  const { sentences, notes } = labeledPart(corpus.path, corpus.sentences, {
    purpose: isScored ? 'to score on' : 'to learn from',
    whole: isScored,
  })
  return { corpus: { ...corpus, sentences }, notes }
}
