// Names replaced by other names of the same type, so that contexts are learned apart from names.
import { spansOf } from '../../../dist/corpus/sentence-text.js'

const SWAPPED = ['PERSON', 'ORG', 'GPE', 'PLACE']

/** All names of a corpus by type, each as often as it occurs. */
export function collectNames(sentences) {
  const names = new Map(SWAPPED.map(type => [type, []]))
  for (const sentence of sentences)
    for (const { start, end, type } of spansOf(sentence))
      if (end - start <= 5) names.get(type)?.push(sentence.tokens.slice(start, end))
  return names
}

/** Names of teams as a corpus has them. */
export function collectTeams(sentences) {
  return sentences.flatMap(({ tokens, own }) =>
    own.flatMap(({ start, end, type }) =>
      type === 'organization_sportsteam' && end - start <= 4 ? [tokens.slice(start, end)] : [],
    ),
  )
}

/**
 * Replaces each name with probability 0.7.
 * @param names of `collectNames`
 * @param random the recipe's generator
 */
export function swapNames(sentence, names, random) {
  const tokens = []
  const tags = []
  let at = 0
  for (const { start, end, type } of spansOf(sentence)) {
    tokens.push(...sentence.tokens.slice(at, start))
    tags.push(...sentence.tags.slice(at, start))
    const others = names.get(type) ?? []
    const isSwapped = random.float() < 0.7 && others.length > 0
    const name = isSwapped ? others[random.below(others.length)] : sentence.tokens.slice(start, end)
    tokens.push(...name)
    tags.push(...name.map((_, i) => `${i === 0 ? 'B' : 'I'}-${type}`))
    at = end
  }
  return {
    ...sentence,
    tokens: [...tokens, ...sentence.tokens.slice(at)],
    tags: [...tags, ...sentence.tags.slice(at)],
  }
}
