import type { TokenSpan } from '../tags/span.js'
import { isSameSpan } from './scored-sentence.js'

/** Entities of one sentence (or document), all that F1 needs of it. */
export interface SentenceCounts {
  readonly gold: number
  readonly predicted: number
  readonly correct: number
}

export function sentenceCounts(gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): SentenceCounts {
  const correct = predicted.filter(p => gold.some(g => isSameSpan(g, p))).length
  return { gold: gold.length, predicted: predicted.length, correct }
}

export function sumCounts(counts: Iterable<SentenceCounts>): SentenceCounts {
  let [gold, predicted, correct] = [0, 0, 0]
  for (const each of counts) {
    gold += each.gold
    predicted += each.predicted
    correct += each.correct
  }
  return { gold, predicted, correct }
}
