import { byCodePoint } from '../base/code-point-order.js'
import type { TokenSpan } from '../tags/span.js'
import { PairCounts } from './pair-counts.js'
import type { Confusion } from './scores.js'
import { type TokenReport, tokenReport } from './token-report.js'

/** A text's entities as half-open ranges of characters, in one unit throughout (UTF-16 or code points). */
export interface CharacterLabels {
  readonly length: number
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly TokenSpan[]
  /** Characters that do not count, such as the spaces between tokens; none if absent. */
  readonly ignored?: (index: number) => boolean
}

export interface CharacterReport extends TokenReport {
  readonly characters: number
  readonly accuracy: number | null
  readonly confusion: Confusion
}

/**
 * Precision, recall and F1 by character: every character has the type of the entity that covers it, or `O`. The
 * report for character models, and a measure that does not depend on a tokenizer. Of overlapping entities the first
 * counts.
 *
 * @example
 * const gold = [{ start: 0, end: 3, type: 'PER' }]
 * characterReport([{ length: 5, gold, predicted: [] }]).accuracy // 0.4
 */
export function characterReport(texts: Iterable<CharacterLabels>): CharacterReport {
  const pairs = new PairCounts()
  const paint = (length: number, spans: readonly TokenSpan[]) => {
    const labels = new Array<string>(length).fill('O')
    for (const { start, end, type } of [...spans].reverse()) labels.fill(type, start, end)
    return labels
  }
  for (const { length, gold, predicted, ignored } of texts) {
    for (const { type } of [...gold, ...predicted]) pairs.labels.add(type)
    const goldLabels = paint(length, gold)
    const predictedLabels = paint(length, predicted)
    for (let i = 0; i < length; i++) if (!ignored?.(i)) pairs.add(goldLabels[i], predictedLabels[i])
  }
  const labels = ['O', ...[...pairs.labels].filter(label => label !== 'O').sort(byCodePoint)]
  const matrix = pairs.matrix(labels)
  const characters = matrix.flat().reduce((a, b) => a + b, 0)
  const agreed = matrix.reduce((sum, row, i) => sum + row[i], 0)
  return {
    ...tokenReport(labels, matrix),
    characters,
    accuracy: characters === 0 ? null : agreed / characters,
    confusion: { labels, matrix },
  }
}

/**
 * Turns spans of tokens into spans of characters, for `characterReport`: tokens are joined by single spaces, which do not
 * count.
 */
export function toCharacterLabels(
  tokens: readonly string[],
  gold: readonly TokenSpan[],
  predicted: readonly TokenSpan[],
): CharacterLabels {
  const starts: number[] = []
  const spaces = new Set<number>()
  let length = 0
  for (const token of tokens) {
    starts.push(length)
    length += token.length
    spaces.add(length++)
  }
  const toCharacters = ({ start, end, type }: TokenSpan): TokenSpan => ({
    start: starts[start],
    end: starts[end - 1] + tokens[end - 1].length,
    type,
  })
  return {
    length,
    gold: gold.map(toCharacters),
    predicted: predicted.map(toCharacters),
    ignored: index => spaces.has(index),
  }
}
