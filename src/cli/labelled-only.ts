import { InputError } from '../base/errors.js'
import type { Corpus } from '../corpus/node/read-corpus.js'
import { lineOf, type Sentence } from '../corpus/sentence.js'
import type { CliContext } from './context.js'

/**
 * The sentences of a corpus that can be scored; how much else there was is told.
 * @throws InputError `evaluate/unlabelled` where none has labels
 */
export function labelledOnly(
  { path, sentences }: Corpus,
  { log, logColours }: CliContext,
): readonly Sentence[] {
  const labelled = sentences.filter(({ tags }) => tags.length > 0)
  const first = sentences.find(({ tags }) => tags.length === 0)
  if (first === undefined) return sentences
  if (labelled.length === 0)
    throw new InputError('evaluate/unlabelled', {
      where: path,
      expected: 'labelled sentences to score against',
      got: 'text without tags',
      remedy: 'tag it with "nerite predict"',
    })
  log(
    `${logColours.cyan('note')} ${path}: ${sentences.length - labelled.length} of ${sentences.length} sentences have ` +
      `no labels and are not scored (the first on line ${lineOf(first, 0)})`,
  )
  return labelled
}
