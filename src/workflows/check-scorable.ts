import { InputError } from '../base/errors.js'
import { option, say } from '../base/fault.js'
import { placeOf, type Sentence } from '../corpus/sentence.js'

/**
 * Checks that every token of a sentence has a tag that can be right or wrong.
 * @param file the sentence's file
 * @throws InputError `score/unlabeled`, `score/partly-labeled`
 */
export function checkScorable(file: string, sentence: Sentence): void {
  const where = placeOf(sentence, 0, file)
  if (sentence.tags.length !== sentence.tokens.length)
    throw new InputError('score/unlabeled', {
      where,
      expected: 'a tag for every token',
      got: `${sentence.tokens.length} tokens with ${sentence.tags.length} tags`,
      remedy: say`choose the column of tags with ${option('tagColumn')}`,
    })
  if (sentence.annotated)
    throw new InputError('score/partly-labeled', {
      where,
      expected: 'sentences that are labeled whole',
      got: 'one that is labeled in part',
      remedy: 'leave it out of both files: what is not labeled can be neither right nor wrong',
    })
}
