import type { TokenSpan } from '../tags/span.js'
import { mentionText } from './scored-sentence.js'

/** How often each mention stood in the training data, by type: text → type → count. */
export type TrainingMentions = ReadonlyMap<string, ReadonlyMap<string, number>>

interface LabeledSentence {
  readonly tokens: readonly string[]
  readonly gold: readonly TokenSpan[]
}

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

/** Adds one sentence's mentions, for streams. */
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
