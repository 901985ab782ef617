/** What F1 is reached without learning: the floor that a tagger is compared with. */
import { byCodePoint } from '../base/code-point-order.js'
import type { TokenSpan } from '../tags/span.js'
import type { TrainingMentions } from './breakdown.js'
import { type CountedPrf, toCountedPrf } from './prf.js'
import { isSameSpan, mentionText, type ScoredSentence } from './scored-sentence.js'

type LabeledSentence = Pick<ScoredSentence, 'tokens' | 'gold'>

/**
 * The baseline of CoNLL-2003 (Tjong Kim Sang & De Meulder 2003): marks every name that the training data has, from left to
 * right, the longest one first, with the type that it most often has there (of equally frequent ones the first by code
 * point).
 *
 * @example
 * memorizedNames([{ tokens: ['Ada', 'wrote'], gold: [] }], countMentions(training)).predicted // 1
 */
export function memorizedNames(sentences: Iterable<LabeledSentence>, training: TrainingMentions): CountedPrf {
  const names = nameTable(training)
  let [gold, predicted, correct] = [0, 0, 0]
  for (const { tokens, gold: own } of sentences) {
    const found = findNames(tokens, names)
    gold += own.length
    predicted += found.length
    correct += found.filter(span => own.some(other => isSameSpan(other, span))).length
  }
  return toCountedPrf(correct, predicted, gold)
}

interface NameTable {
  readonly typeOf: ReadonlyMap<string, string>
  /** The most tokens of a name, by its first token. */
  readonly longest: ReadonlyMap<string, number>
}

function nameTable(training: TrainingMentions): NameTable {
  const typeOf = new Map<string, string>()
  const longest = new Map<string, number>()
  for (const [name, types] of training) {
    const [[type]] = [...types].sort(([a, times], [b, others]) => others - times || byCodePoint(a, b))
    typeOf.set(name, type)
    const tokens = name.split(' ')
    longest.set(tokens[0], Math.max(longest.get(tokens[0]) ?? 0, tokens.length))
  }
  return { typeOf, longest }
}

function findNames(tokens: readonly string[], { typeOf, longest }: NameTable): TokenSpan[] {
  const found: TokenSpan[] = []
  for (let start = 0; start < tokens.length; ) {
    const end = Math.min(tokens.length, start + (longest.get(tokens[start]) ?? 0))
    const span = longestName(tokens, start, end, typeOf)
    if (span) found.push(span)
    start = span?.end ?? start + 1
  }
  return found
}

function longestName(
  tokens: readonly string[],
  start: number,
  last: number,
  typeOf: NameTable['typeOf'],
): TokenSpan | undefined {
  for (let end = last; end > start; end--) {
    const type = typeOf.get(mentionText(tokens, { start, end, type: '' }))
    if (type !== undefined) return { start, end, type }
  }
  return undefined
}

/**
 * The F1 to expect of guesses: for each type and length as many ranges as there are gold entities, at places drawn without
 * regard to the text. Precision and recall are the same. Guesses may overlap.
 *
 * @returns `null` without gold entities
 * @example
 * guessedF1([{ tokens: ['Ada', 'wrote'], gold: [{ start: 0, end: 1, type: 'PER' }] }]) // 0.5
 */
export function guessedF1(sentences: readonly LabeledSentence[]): number | null {
  const gold = new Map<string, { readonly length: number; count: number }>()
  let entities = 0
  for (const { gold: own } of sentences)
    for (const { start, end, type } of own) {
      const key = `${end - start} ${type}`
      const kind = gold.get(key) ?? { length: end - start, count: 0 }
      gold.set(key, kind)
      kind.count++
      entities++
    }
  if (entities === 0) return null
  const places = new Map<number, number>()
  for (const { length } of gold.values())
    if (!places.has(length))
      places.set(
        length,
        sentences.reduce((sum, { tokens }) => sum + Math.max(0, tokens.length - length + 1), 0),
      )
  let correct = 0
  for (const { length, count } of gold.values()) correct += (count * count) / (places.get(length) ?? count)
  return correct / entities
}
