import { CorpusError } from './corpus-error.js'
import { lineOf, type Sentence } from './sentence.js'

/** Of some sentences those with labels; one without a token has none. */
export interface LabelledPart {
  readonly sentences: readonly Sentence[]
  /** How many others there were, for the user; absent where all have labels. */
  readonly note?: string
}

/**
 * Leaves out sentences without labels: nothing can be learnt from them, nor scored on them.
 *
 * @param path of the corpus, or its name
 * @param purpose of the labels, for the message
 * @throws CorpusError `corpus/unlabelled` where no sentence has labels
 * @example
 * const { sentences, note } = labelledPart(corpus.path, corpus.sentences, { purpose: 'to train on' })
 */
export function labelledPart(
  path: string,
  sentences: readonly Sentence[],
  { purpose, remedy }: { readonly purpose: string; readonly remedy?: string },
): LabelledPart {
  const labelled = sentences.filter(({ tags }) => tags.length > 0)
  if (labelled.length === 0)
    throw new CorpusError('corpus/unlabelled', {
      where: path,
      expected: `labelled sentences ${purpose}`,
      got: sentences.length === 0 ? 'no sentence' : 'text without tags',
      ...(remedy !== undefined && { remedy }),
    })
  const first = sentences.find(({ tags }) => tags.length === 0)
  if (first === undefined) return { sentences }
  const line = first.lines.length > 0 ? ` (the first on line ${lineOf(first, 0)})` : ''
  return {
    sentences: labelled,
    note: `${path}: ${sentences.length - labelled.length} of ${sentences.length} sentences have no labels and are left out${line}`,
  }
}
