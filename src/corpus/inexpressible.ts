import { CorpusError } from './corpus-error.js'
import { lineOf, type Sentence } from './sentence.js'

/** The error for a sentence that a format has no way to write. */
export function inexpressible(
  sentence: Sentence,
  token: number,
  expected: string,
  got: string,
  remedy = 'write jsonl, which holds any token',
): CorpusError {
  return new CorpusError('corpus/inexpressible', {
    where: `line ${lineOf(sentence, Math.max(0, token))} of the source`,
    expected,
    got: JSON.stringify(got.length > 40 ? `${got.slice(0, 40)}…` : got),
    remedy,
  })
}
