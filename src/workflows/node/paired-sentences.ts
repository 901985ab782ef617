import { InputError } from '../../base/errors.js'
import { option, say } from '../../base/fault.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { exactTokens, refineTokens } from '../../corpus/refine-tokens.js'
import { lineOf, type Sentence } from '../../corpus/sentence.js'
import { checkScorable } from '../check-scorable.js'

/** One labeled file and how to read it. */
export interface LabelFile {
  readonly path: string
  readonly options: ReadOptions
}

export interface SentencePair {
  readonly gold: Sentence
  readonly predicted: Sentence
}

/**
 * Reads two label files side by side, sentence by sentence, and checks that they label the same tokens.
 * @throws InputError `score/tokens`, `score/lengths`, `score/unlabeled`, `score/partly-labeled` at the first difference, with file and line;
 *   CorpusError as the readers do
 */
export async function* pairSentences(gold: LabelFile, predicted: LabelFile): AsyncGenerator<SentencePair> {
  const left = readSentences(gold.path, gold.options)[Symbol.asyncIterator]()
  const right = readSentences(predicted.path, predicted.options)[Symbol.asyncIterator]()
  let lastLeft = 1
  let lastRight = 1
  try {
    for (;;) {
      const [a, b] = [await left.next(), await right.next()]
      if (a.done && b.done) return
      if (a.done) throw endsEarly(gold.path, lastLeft, predicted.path, lineOf(b.value, 0))
      if (b.done) throw endsEarly(predicted.path, lastRight, gold.path, lineOf(a.value, 0))
      const pair = withSameTokens(exactTokens(a.value), exactTokens(b.value))
      checkPair(gold.path, pair.gold, predicted.path, pair.predicted)
      lastLeft = lineOf(a.value, a.value.tokens.length - 1)
      lastRight = lineOf(b.value, b.value.tokens.length - 1)
      yield pair
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()])
  }
}

/** If both label the same text, its tokens are split wherever either side's are, since entities may split words. */
function withSameTokens(gold: Sentence, predicted: Sentence): SentencePair {
  const { text, offsets } = gold
  if (text === undefined || text !== predicted.text || !offsets || !predicted.offsets)
    return { gold, predicted }
  const edges = [...offsets, ...predicted.offsets].flatMap(({ start, end }) => [start, end])
  return { gold: refineTokens(gold, edges), predicted: refineTokens(predicted, edges) }
}

function endsEarly(shorter: string, lastLine: number, longer: string, nextLine: number): InputError {
  return new InputError('score/lengths', {
    where: { file: shorter, line: lastLine },
    expected: `a sentence to follow, as at ${longer}:${nextLine}`,
    got: 'the end of the file',
    remedy: 'score label files of the same text',
  })
}

function checkPair(goldPath: string, gold: Sentence, path: string, predicted: Sentence): void {
  const { tokens } = predicted
  const shared = Math.min(gold.tokens.length, tokens.length)
  const at = (token: number) => ({ file: path, line: lineOf(predicted, token) })
  const other = gold.tokens.findIndex((token, i) => i < shared && token !== tokens[i])
  if (other >= 0)
    throw new InputError('score/tokens', {
      where: at(other),
      expected: `token ${JSON.stringify(gold.tokens[other])}, as at ${goldPath}:${lineOf(gold, other)}`,
      got: JSON.stringify(tokens[other]),
      remedy: say`both files must have the same tokens in the same order; ${option('by', 'offsets')} compares entities by their places in the text`,
    })
  if (gold.tokens.length !== tokens.length)
    throw new InputError('score/lengths', {
      where: at(Math.min(shared, tokens.length - 1)),
      expected: `${gold.tokens.length} tokens in this sentence, as at ${goldPath}:${lineOf(gold, 0)}`,
      got: `${tokens.length}`,
      remedy: 'both files must have the same sentences',
    })
  checkScorable(goldPath, gold)
  checkScorable(path, predicted)
}
