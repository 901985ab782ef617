import { Random } from '../../base/random.js'
import { conllevalSpans } from '../../tags/conlleval-chunks.js'
import type { ScoredSentence } from '../scored-sentence.js'
import { drawCase } from './random-labels.js'

/** Sentences with words from a small vocabulary, gold and predicted entities, and a score for each predicted one. */
export function randomSentences(cases: number, seed: number): ScoredSentence[] {
  const random = Random.fromSeed(seed)
  return Array.from({ length: cases }, (_, i) => drawCase(seed * 1000 + i, 'BIO')).flatMap(
    ({ gold, predicted }) =>
      gold.map((tags, s) => ({
        tokens: tags.map(() => `w${random.below(6)}`),
        gold: conllevalSpans(tags),
        predicted: conllevalSpans(predicted[s]).map(span => ({ ...span, score: random.below(21) / 20 })),
      })),
  )
}
