import type { TokenSpan } from '../tags/span.js'
import { isSameSpan } from './scored-sentence.js'

/** Counts of entities in one sentence (or document): all that F1 needs. */
export interface SentenceCounts {
  readonly gold: number
  readonly predicted: number
  readonly correct: number
}

/** The same by type; types that neither side has are left out. */
export type TypeCounts = ReadonlyMap<string, SentenceCounts>

export const NO_ENTITIES: SentenceCounts = { gold: 0, predicted: 0, correct: 0 }

export function sentenceCounts(gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): SentenceCounts {
  const correct = predicted.filter(p => gold.some(g => isSameSpan(g, p))).length
  return { gold: gold.length, predicted: predicted.length, correct }
}

export function typeCounts(gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): TypeCounts {
  const types = new Set([...gold, ...predicted].map(({ type }) => type))
  const of = (spans: readonly TokenSpan[], type: string) => spans.filter(span => span.type === type)
  return new Map([...types].map(type => [type, sentenceCounts(of(gold, type), of(predicted, type))]))
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

/**
 * The mean of several systems' counts, sentence by sentence: what one configuration finds on average over seeds.
 * @param systems `[system][sentence]`, of the same sentences
 */
export function meanCounts(systems: readonly (readonly TypeCounts[])[]): TypeCounts[] {
  return systems[0].map((_, sentence) => {
    const own = systems.map(counts => counts[sentence])
    const types = new Set(own.flatMap(counts => [...counts.keys()]))
    return new Map(
      [...types].map(type => {
        const sum = sumCounts(own.map(counts => counts.get(type) ?? NO_ENTITIES))
        const mean = (count: number) => count / systems.length
        return [type, { gold: mean(sum.gold), predicted: mean(sum.predicted), correct: mean(sum.correct) }]
      }),
    )
  })
}
