import type { TokenSpan } from '../tags/span.js'
import { type CountedPrf, toCountedPrf } from './prf.js'
import { isSameSpan, mentionText, type ScoredSentence } from './scored-sentence.js'

/** How often each mention occurs in the training data, by type: text → type → count. */
export type TrainingMentions = ReadonlyMap<string, ReadonlyMap<string, number>>

export type LabeledSentence = Pick<ScoredSentence, 'tokens' | 'gold'>

/**
 * Counts the mentions of training data.
 *
 * @example
 * countMentions([{ tokens: ['Ada'], gold: [{ start: 0, end: 1, type: 'PER' }] }]).get('Ada')?.get('PER') // 1
 */
export function countMentions(sentences: Iterable<LabeledSentence>): TrainingMentions {
  const mentions = new Map<string, Map<string, number>>()
  for (const sentence of sentences) addMentions(mentions, sentence)
  return mentions
}

/** Adds the mentions of one sentence, for streams. */
export function addMentions(
  mentions: Map<string, Map<string, number>>,
  { tokens, gold }: LabeledSentence,
): void {
  for (const span of gold) {
    const text = mentionText(tokens, span)
    const types = mentions.get(text) ?? new Map<string, number>()
    mentions.set(text, types.set(span.type, (types.get(span.type) ?? 0) + 1))
  }
}

/** Exact scores by one property of entities, such as their length; rows in the property's own order. */
export interface Breakdown {
  readonly name: string
  readonly rows: readonly (CountedPrf & { readonly label: string })[]
}

interface Property {
  readonly name: string
  readonly labels: readonly string[]
  /** Index into `labels`. It depends on the entity alone, so that both sides of a match agree. */
  readonly of: (sentence: ScoredSentence, span: TokenSpan) => number
}

const MENTION_LENGTHS = [1, 2, 3, 4, 6]
const SENTENCE_LENGTHS = [1, 11, 21, 41, 81]
const FREQUENCIES = [0, 1, 2, 6, 21]

/**
 * Exact scores by mention length, by sentence length and, given the training data's mentions, for seen and unseen
 * mentions and by frequency in training. Recall is over the gold entities with the property, precision over the
 * predicted ones.
 */
export function breakdowns(sentences: Iterable<ScoredSentence>, training?: TrainingMentions): Breakdown[] {
  const properties = training ? [...SHAPE, ...familiarity(training)] : SHAPE
  const counts = properties.map(({ labels }) => labels.map(() => ({ gold: 0, predicted: 0, correct: 0 })))
  for (const sentence of sentences)
    properties.forEach(({ of }, i) => {
      for (const span of sentence.gold) counts[i][of(sentence, span)].gold++
      for (const span of sentence.predicted) {
        const count = counts[i][of(sentence, span)]
        count.predicted++
        if (sentence.gold.some(g => isSameSpan(g, span))) count.correct++
      }
    })
  return properties.map(({ name, labels }, i) => ({
    name,
    rows: labels.map((label, j) => {
      const { correct, predicted, gold } = counts[i][j]
      return { label, ...toCountedPrf(correct, predicted, gold) }
    }),
  }))
}

const SHAPE: readonly Property[] = [
  {
    name: 'mention length in tokens',
    labels: rangeLabels(MENTION_LENGTHS),
    of: (_, span) => rangeOf(MENTION_LENGTHS, span.end - span.start),
  },
  {
    name: 'sentence length in tokens',
    labels: rangeLabels(SENTENCE_LENGTHS),
    of: ({ tokens }) => rangeOf(SENTENCE_LENGTHS, tokens.length),
  },
]

function familiarity(training: TrainingMentions): Property[] {
  const typesOf = ({ tokens }: ScoredSentence, span: TokenSpan) => training.get(mentionText(tokens, span))
  return [
    {
      name: 'mention in training',
      labels: ['seen with this type', 'seen with another type only', 'unseen'],
      of: (sentence, span) => {
        const types = typesOf(sentence, span)
        return types === undefined ? 2 : types.has(span.type) ? 0 : 1
      },
    },
    {
      name: 'occurrences in training with this type',
      labels: rangeLabels(FREQUENCIES),
      of: (sentence, span) => rangeOf(FREQUENCIES, typesOf(sentence, span)?.get(span.type) ?? 0),
    },
  ]
}

/** Ranges from each limit up to the next: [1, 2, 4] → 1, 2–3, 4 or more. */
function rangeLabels(limits: readonly number[]): string[] {
  return limits.map((from, i) => {
    if (i === limits.length - 1) return `${from} or more`
    const to = limits[i + 1] - 1
    return to === from ? `${from}` : `${from}–${to}`
  })
}

function rangeOf(limits: readonly number[], value: number): number {
  const next = limits.findIndex(from => from > value)
  return next === -1 ? limits.length - 1 : Math.max(0, next - 1)
}
