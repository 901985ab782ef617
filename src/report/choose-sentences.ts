import { textOf } from '../corpus/sentence-text.js'
import { isSameSpan, type ScoredSentence } from '../evaluate/scored-sentence.js'
import type { TokenSpan } from '../tags/span.js'
import { type Capped, clip, spread, TYPE_LENGTH } from './clip.js'
import type { ShownSentence } from './report-data.js'

const LIMIT = 160
const TOKENS = 80
const TOKEN = 40

/**
 * Sentences to read: half of them with errors, half with entities that were all found, each evenly spread over the
 * corpus and in its order. Sentences without entities fill up the rest.
 */
export function chooseSentences(sentences: readonly ScoredSentence[], limit = LIMIT): Capped<ShownSentence> {
  return { items: pick(sentences, limit).map(index => toShown(sentences[index])), total: sentences.length }
}

/** Indices of the chosen sentences, ascending. */
export function pick(sentences: readonly ScoredSentence[], limit: number): number[] {
  const wrong: number[] = []
  const right: number[] = []
  const empty: number[] = []
  sentences.forEach((sentence, index) => {
    if (sentence.gold.length + sentence.predicted.length === 0) empty.push(index)
    else (isRight(sentence) ? right : wrong).push(index)
  })
  const half = Math.ceil(limit / 2)
  const fromWrong = spread(wrong, Math.max(half, limit - right.length))
  const fromRight = spread(right, limit - fromWrong.length)
  const fromEmpty = spread(empty, limit - fromWrong.length - fromRight.length)
  return [...fromWrong, ...fromRight, ...fromEmpty].sort((a, b) => a - b)
}

export function isRight({ gold, predicted }: Pick<ScoredSentence, 'gold' | 'predicted'>): boolean {
  return gold.length === predicted.length && predicted.every(p => gold.some(g => isSameSpan(g, p)))
}

/** A sentence cut to what is shown; entities are cut there too. `right` is of the whole sentence. */
export function toShown(sentence: ScoredSentence, limit = TOKENS): ShownSentence {
  const { tokens, gold, predicted, where } = sentence
  const inside = <T extends TokenSpan>(spans: readonly T[]): T[] =>
    spans
      .filter(({ start }) => start < limit)
      .map(span => ({ ...span, end: Math.min(span.end, limit), type: clip(span.type, TYPE_LENGTH) }))
  return {
    ...(where !== undefined && { where: clip(where, 120) }),
    tokens: tokens.slice(0, limit).map(token => clip(token, TOKEN)),
    tight: tightTokens(sentence, limit),
    omitted: Math.max(0, tokens.length - limit),
    gold: inside(gold),
    predicted: inside(predicted).map(span =>
      span.score === undefined ? span : { ...span, score: Math.round(span.score * 1000) / 1000 },
    ),
    right: isRight({ gold, predicted }),
  }
}

/** The tokens before `limit` that follow the one before without a space. */
function tightTokens(sentence: ScoredSentence, limit: number): number[] {
  const { offsets = textOf({ ...sentence, tags: [], lines: [] }).offsets } = sentence
  return offsets.slice(0, limit).flatMap(({ start }, i) => (i > 0 && start === offsets[i - 1].end ? [i] : []))
}
