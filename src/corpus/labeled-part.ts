import type { Message, Note } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'
import { lineOf, type Sentence } from './sentence.js'

/** The sentences that have labels. A sentence without tokens has none. */
export interface LabeledPart {
  readonly sentences: readonly Sentence[]
  /** How many others there were. Absent if all have labels. */
  readonly note?: Note
}

/**
 * Leaves out sentences without labels: nothing can be learned from them or scored on them.
 *
 * @param path the corpus's path or name
 * @param purpose what the labels are for, for the message
 * @throws CorpusError `corpus/unlabeled` if no sentence has labels
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
      where: { file: path },
      expected: `labeled sentences ${purpose}`,
      got: sentences.length === 0 ? 'no sentences' : 'text without tags',
      ...(remedy !== undefined && { remedy }),
    })
  const first = sentences.find(({ tags }) => tags.length === 0)
  if (first === undefined) return { sentences }
  const line = first.lines.length > 0 ? ` (the first on line ${lineOf(first, 0)})` : ''
  return {
    sentences: labeled,
    note: {
      code: 'unlabeled',
      where: { file: path },
      message: `${sentences.length - labeled.length} of ${sentences.length} sentences have no labels and are left out${line}`,
    },
  }
}
