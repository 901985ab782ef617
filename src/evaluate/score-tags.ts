import { detectScheme } from '../tags/detect-scheme.js'
import type { Scheme } from '../tags/scheme.js'
import { EvaluateError, ScoreAccumulator } from './score-accumulator.js'
import type { ScoreMode, Scores } from './scores.js'

/**
 * Scores predicted tags against gold tags, sentence by sentence. In mode `strict` without a scheme the gold tags are
 * kept in memory and their scheme is detected first.
 * @throws EvaluateError `evaluate/lengths` if the two sides differ in sentences or tokens;
 *   TagError `tags/malformed`
 *
 * @example
 * const { exact } = scoreTags([['B-PER', 'O']], [['B-PER', 'B-LOC']], { mode: 'strict', scheme: 'BIO' })
 * exact.micro.precision // 0.5
 */
export function scoreTags(
  gold: Iterable<readonly string[]>,
  predicted: Iterable<readonly string[]>,
  options: { readonly mode?: ScoreMode; readonly scheme?: Scheme } = {},
): Scores {
  const { mode = 'conlleval' } = options
  let { scheme } = options
  let goldTags = gold
  if (mode === 'strict' && scheme === undefined) {
    const kept = [...gold]
    goldTags = kept
    scheme = detectScheme(kept).scheme
  }
  const accumulator = new ScoreAccumulator(
    mode === 'strict' && scheme !== undefined ? { mode, scheme } : { scheme },
  )
  const others = predicted[Symbol.iterator]()
  let sentences = 0
  for (const tags of goldTags) {
    const next = others.next()
    if (next.done) throw unequalSentences(sentences, 'more')
    accumulator.add(tags, next.value)
    sentences++
  }
  if (!others.next().done) throw unequalSentences(sentences, 'fewer')
  return accumulator.result()
}

/**
 * As `scoreTags`, for gold and predicted tags that come in pairs, such as `predictCorpus` yields.
 * @throws EvaluateError, TagError as `scoreTags`
 */
export async function scorePairs(
  pairs: AsyncIterable<{ readonly gold: readonly string[]; readonly predicted: readonly string[] }>,
  { mode = 'conlleval', scheme }: { readonly mode?: ScoreMode; readonly scheme: Scheme },
): Promise<Scores> {
  const accumulator = new ScoreAccumulator(mode === 'strict' ? { mode, scheme } : { scheme })
  for await (const { gold, predicted } of pairs) accumulator.add(gold, predicted)
  return accumulator.result()
}

function unequalSentences(sentences: number, gold: 'more' | 'fewer'): EvaluateError {
  return new EvaluateError('evaluate/lengths', {
    where: `after sentence ${sentences}`,
    expected: 'as many gold as predicted sentences',
    got: `${gold} gold sentences`,
    remedy: 'score labels of the same text',
  })
}
