import type { Message } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'
import { lineOf, type Sentence } from './sentence.js'

/** Of some sentences those with labels; one without a token has none. */
export interface LabeledPart {
  readonly sentences: readonly Sentence[]
  /** How many others there were, for the user; absent where all have labels. */
  readonly note?: string
}

/**
 * Leaves out sentences without labels: nothing can be learned from them, nor scored on them.
 *
 * @param path of the corpus, or its name
 * @param purpose of the labels, for the message
 * @throws CorpusError `corpus/unlabeled` where no sentence has labels
 * @example
 * const { sentences, note } = labeledPart(corpus.path, corpus.sentences, { purpose: 'to train on' })
 */
export function labeledPart(
  path: string,
  sentences: readonly Sentence[],
  { purpose, remedy }: { readonly purpose: string; readonly remedy?: Message },
): LabeledPart {
  const labeled = sentences.filter(({ tags }) => tags.length > 0)
  if (labeled.length === 0)
    throw new CorpusError('corpus/unlabeled', {
      where: path,
      expected: `labeled sentences ${purpose}`,
      got: sentences.length === 0 ? 'no sentence' : 'text without tags',
      ...(remedy !== undefined && { remedy }),
    })
  const first = sentences.find(({ tags }) => tags.length === 0)
  if (first === undefined) return { sentences }
  const line = first.lines.length > 0 ? ` (the first on line ${lineOf(first, 0)})` : ''
  return {
    sentences: labeled,
    note: `${path}: ${sentences.length - labeled.length} of ${sentences.length} sentences have no labels and are left out${line}`,
  }
}
