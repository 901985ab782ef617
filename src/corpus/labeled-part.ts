import type { Message, Note } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'
import { lineOf, type Sentence } from './sentence.js'

/** The sentences that have labels. A sentence without tokens has none. */
export interface LabeledPart {
  readonly sentences: readonly Sentence[]
  /** How many others there were, and why they are left out. */
  readonly notes: readonly Note[]
}

interface LabeledPartOptions {
  /** What the labels are for, for the message. */
  readonly purpose: string
  readonly remedy?: Message
  /** Whether sentences that are labeled in part are left out too. */
  readonly whole?: boolean
}

/**
 * Leaves out sentences without labels: nothing can be learned from them or scored on them. What is labeled in part can
 * be learned from, but not scored on.
 *
 * @param path the corpus's path or name
 * @throws CorpusError `corpus/unlabeled` if no sentence is left
 * @example
 * const { sentences, notes } = labeledPart(corpus.path, corpus.sentences, { purpose: 'to train on' })
 */
export function labeledPart(
  path: string,
  sentences: readonly Sentence[],
  { purpose, remedy, whole = false }: LabeledPartOptions,
): LabeledPart {
  const isUnlabeled = ({ tags }: Sentence) => tags.length === 0
  const isPartial = ({ annotated }: Sentence) => whole && annotated !== undefined
  const kept = sentences.filter(sentence => !isUnlabeled(sentence) && !isPartial(sentence))
  const partial = sentences.filter(sentence => !isUnlabeled(sentence) && isPartial(sentence))
  if (kept.length === 0)
    throw new CorpusError('corpus/unlabeled', {
      where: { file: path },
      expected: `labeled sentences ${purpose}`,
      got:
        sentences.length === 0
          ? 'no sentences'
          : partial.length > 0
            ? 'sentences that are only labeled in part'
            : 'text without tags',
      ...(remedy !== undefined && { remedy }),
    })
  const note = (code: string, left: readonly Sentence[], what: string): Note[] => {
    if (left.length === 0) return []
    const line = left[0].lines.length > 0 ? ` (the first on line ${lineOf(left[0], 0)})` : ''
    const message = `${left.length} of ${sentences.length} sentences ${what} and are left out${line}`
    return [{ code, where: { file: path }, message }]
  }
  return {
    sentences: kept,
    notes: [
      ...note('unlabeled', sentences.filter(isUnlabeled), 'have no labels'),
      ...note('partly-labeled', partial, 'are labeled in part, so they cannot be scored,'),
    ],
  }
}
